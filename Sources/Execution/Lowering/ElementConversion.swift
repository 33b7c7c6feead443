internal import Kernels
internal import Network
internal import Operators

extension ElementType {
  /// nil where no kernel converts this type.
  fileprivate var conversionElement: ElementConversion.Element? {
    switch self {
    case .float32: .float32
    case .int64: .int64
    case .int32: .int32
    case .int8: .int8
    case .uint8: .uint8
    case .bool: .bool
    default: nil
    }
  }
}

/// A `Cast` between 32-bit floats, integers and truth values.
struct ElementConversionOperation: RecognizableOperation {
  let source: ElementConversion.Element
  let target: ElementConversion.Element

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard node.fileOperator == "Cast", case let input?? = node.inputs.first, let output = node.output,
      let source = graph[input].element.conversionElement,
      let target = graph[output].element.conversionElement, graph[output].dimensions != nil
    else { return nil }
    var result = node
    result.operation = ElementConversionOperation(source: source, target: target)
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let dimensions = preparation.output?.dimensions, let count = Shape(dimensions).elementCount else {
      return nil
    }
    return ElementConversion(
      from: source, to: target, count: count, instructionSet: preparation.options.instructionSet)
  }
}
