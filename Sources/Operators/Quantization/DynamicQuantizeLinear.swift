internal import Kernels
internal import Network

/// The input as uint8, with the scale and zero point that its own range, which includes 0, asks for.
struct DynamicQuantizeLinear: Operator {
  static let name = "DynamicQuantizeLinear"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard data.element == .float32 else { throw .elementType(input: 0, found: data.element) }
    return [Fact(.uint8, data.shape), Fact(.float32, .scalar), Fact(.uint8, .scalar)]
  }

  /// Two comparisons for the range; a division, a rounding, an addition and a clamp.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 6)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    let source = try context.input(0).elements(as: Float.self)
    let range = ByteRange(source)
    let target = output.mutableElements(as: UInt8.self)
    for (index, value) in source.enumerated() { target[index] = UInt8(range.index(of: value)) }
    if context.wants(1) {
      try context.output(1, .float32, []).mutableElements(as: Float.self)[0] = range.scale
    }
    if context.wants(2) {
      try context.output(2, .uint8, []).mutableElements(as: UInt8.self)[0] = UInt8(range.zero)
    }
  }
}
