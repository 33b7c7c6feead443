internal import Kernels
internal import Network
internal import Operators

extension ElementType {
  /// nil for everything but floats of 16 bits.
  var sixteenBitFormat: SixteenBitFormat? {
    switch self {
    case .float16: .binary16
    case .bfloat16: .bfloat16
    default: nil
    }
  }
}

/// 16-bit floats to 32-bit ones or back: a `Cast` of the file, or one that `Widening` has put in.
struct SixteenBitConversionOperation: RecognizableOperation {
  let direction: SixteenBitConversion.Direction
  let format: SixteenBitFormat

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard node.fileOperator == "Cast", case let input?? = node.inputs.first, let output = node.output else {
      return nil
    }
    var result = node
    if graph[output].element == .float32, let format = graph[input].element.sixteenBitFormat {
      result.operation = SixteenBitConversionOperation(direction: .widening, format: format)
    } else if graph[input].element == .float32, let format = graph[output].element.sixteenBitFormat {
      result.operation = SixteenBitConversionOperation(direction: .narrowing, format: format)
    } else {
      return nil
    }
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let dimensions = preparation.output?.dimensions, let count = Shape(dimensions).elementCount else {
      return nil
    }
    return SixteenBitConversion(
      direction, format, count: count, instructionSet: preparation.options.instructionSet)
  }
}

extension DenseTensor {
  /// 16-bit floats as 32-bit ones; the tensor itself if it holds something else.
  func widened() throws(OperatorError) -> DenseTensor {
    guard let format = element.sixteenBitFormat else { return self }
    let wide = try DenseTensor(.float32, dimensions)
    let target = wide.mutableElements(as: Float.self)
    let source = elements(as: UInt16.self)
    if let from = source.baseAddress, let to = target.baseAddress {
      format.widen(from, to: to, count: source.count)
    }
    return wide
  }
}
