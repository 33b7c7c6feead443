internal import Network

/// The places of all elements that are not 0, in row-major order: [rank, count].
struct NonZero: NumericKernel {
  static let name = "NonZero"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.int64, [try inputs.tensor(0).shape?.rank, nil])]
  }

  /// One comparison per element of the input.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(inputs.first??.tensor)
  }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let input = try context.input(0)
    let source = input.elements(as: Element.self)
    let places = source.indices.filter { source[$0] != .zero }
    let target = try context.output(0, .int64, [input.rank, places.count]).mutableElements(as: Int64.self)
    let strides = rowMajorStrides(input.dimensions)
    for axis in 0..<input.rank {
      for (entry, place) in places.enumerated() {
        target[axis * places.count + entry] = Int64(place / strides[axis] % input.dimensions[axis])
      }
    }
  }
}
