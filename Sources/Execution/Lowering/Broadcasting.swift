internal import Kernels
internal import Network
internal import Operators

/// A function of two tensors, element by element under broadcasting.
struct BinaryOperation: RecognizableOperation {
  let function: BinaryFunction
  private(set) var activation: UnaryFunction = .identity

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let name = node.fileOperator, node.inputs.count == 2, let first = node.inputs[0],
      let second = node.inputs[1], graph[first].element == graph[second].element,
      let function = function(name, of: graph[first].element), let output = node.output,
      let shape = graph[output].dimensions, !shape.contains(0)
    else { return nil }
    var result = node
    result.operation = BinaryOperation(function: function)
    let isCommutative = function == .add || function == .multiply
    if isCommutative, graph.constant(node, 0) != nil { result.inputs.reverse() }
    return result
  }

  private static func function(_ name: String, of element: ElementType) -> BinaryFunction? {
    if element == .int32, name == "Add" { return .addIntegers }
    guard element == .float32 else { return nil }
    return switch name {
    case "Add": .add
    case "Sub": .subtract
    case "Mul": .multiply
    case "Div": .divide
    case "Pow": .power
    case "Max": .maximum
    case "Min": .minimum
    default: nil
    }
  }

  var overwritableInputs: [Int] { [0, 1] }

  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule {
    hasChannelConstant(node, graph) && FusedActivation(activation) != nil
      ? .follows(halos: [0, nil]) : .plain
  }

  func absorbing(_ function: UnaryFunction) -> (any PlannedOperation)? {
    guard activation == .identity, self.function != .addIntegers else { return nil }
    var copy = self
    copy.activation = function
    return copy
  }

  /// Whether an image has one constant number, or one for each of its channels, added, subtracted or multiplied.
  private func hasChannelConstant(_ node: PlanNode, _ graph: PlanGraph) -> Bool {
    guard [.add, .subtract, .multiply].contains(function), graph.constant(node, 0) == nil,
      graph.constant(node, 1) != nil, let image = graph.dimensions(node, 0), image.count == 4,
      let output = node.output, graph[output].dimensions == image, let factor = graph.dimensions(node, 1)
    else { return false }
    if factor.allSatisfy({ $0 == 1 }) { return true }
    return factor.suffix(3) == [image[1], 1, 1] && factor.dropLast(3).allSatisfy { $0 == 1 }
  }

  /// Such an operation as `scale x + shift`, a number of each for each channel; nil for every other.
  func channelAffine(
    _ node: PlanNode, _ graph: PlanGraph
  ) throws(OperatorError) -> (scale: [Float], shift: [Float])? {
    guard hasChannelConstant(node, graph), var numbers = try graph.floats(node, 1),
      let channels = graph.dimensions(node, 0)?[1]
    else { return nil }
    if let only = numbers.first, numbers.count == 1 { numbers = Array(repeating: only, count: channels) }
    return switch function {
    case .multiply: (numbers, Array(repeating: 0, count: numbers.count))
    case .subtract: (Array(repeating: 1, count: numbers.count), numbers.map { -$0 })
    default: (Array(repeating: 1, count: numbers.count), numbers)
    }
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    if let input = preparation.layout(0), let output = preparation.outputLayout {
      guard let affine = try channelAffine(preparation.node, preparation.graph),
        let activation = FusedActivation(activation)
      else { return nil }
      return try? BlockedElementwise(
        .affine(scale: affine.scale, shift: affine.shift), input: input, output: output,
        activation: activation,
        instructionSet: preparation.options.instructionSet)
    }
    guard let first = preparation.value(0)?.dimensions, let second = preparation.value(1)?.dimensions,
      let shape = preparation.output?.dimensions
    else { return nil }
    return BinaryKernel(
      function, first, second, shape: shape, activation: activation,
      instructionSet: preparation.options.instructionSet)
  }
}

/// One of two values, chosen element by element.
struct SelectOperation: RecognizableOperation {
  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard node.fileOperator == "Where", graph.isFloat(node, 1), graph.isFloat(node, 2),
      let output = node.output,
      let shape = graph[output].dimensions, !shape.contains(0)
    else { return nil }
    var result = node
    result.operation = SelectOperation()
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let condition = preparation.value(0)?.dimensions, let first = preparation.value(1)?.dimensions,
      let second = preparation.value(2)?.dimensions, let shape = preparation.output?.dimensions
    else { return nil }
    return SelectKernel(
      condition: condition, first, second, shape: shape, instructionSet: preparation.options.instructionSet)
  }
}
