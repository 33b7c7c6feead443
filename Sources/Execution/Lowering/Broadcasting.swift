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

  func absorbing(_ function: UnaryFunction) -> (any PlannedOperation)? {
    guard activation == .identity, self.function != .addIntegers else { return nil }
    var copy = self
    copy.activation = function
    return copy
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
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
