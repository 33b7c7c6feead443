internal import Kernels
internal import Network
internal import Operators

/// A function of two tensors, element by element under broadcasting.
struct BinaryOperation: RecognizableOperation {
  let function: BinaryFunction
  private(set) var activation: UnaryFunction = .identity

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let name = node.fileOperator, let function = function(name), node.inputs.count == 2,
      graph.isFloat(node, 0), graph.isFloat(node, 1), let output = node.output,
      let shape = graph[output].dimensions, !shape.contains(0)
    else { return nil }
    var result = node
    result.operation = BinaryOperation(function: function)
    return result
  }

  private static func function(_ name: String) -> BinaryFunction? {
    switch name {
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
    guard activation == .identity else { return nil }
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
