internal import Network

/// Enlarging by whole factors.
struct BlockedUpsample: Operator {
  static let name = "Upsample"
  static let domain = "com.microsoft.nchwc"
  private let scales: [Int]
  private let isLinear: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    scales = try attributes.integers("scales") ?? []
    isLinear = try attributes.string("mode", default: "nearest") == "linear"
    guard scales.allSatisfy({ $0 > 0 }) else {
      throw .attributeValue("scales", reason: "\(scales) are not positive")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0)
    guard let shape = input.shape else { return [Fact(.tensor(input))] }
    guard shape.rank == scales.count else {
      throw .rank(input: 0, expected: "\(scales.count)", found: shape.rank)
    }
    var extents: [Dimension] = []
    for (extent, scale) in zip(shape.dimensions, scales) {
      extents.append(try extent.map { extent throws(OperatorError) in try product(extent, scale) })
    }
    return [Fact(input.element, Shape(extents))]
  }

  /// Three products and sums of four neighbours where it interpolates.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    isLinear ? try .elementwise(outputs.first?.tensor, 7) : .free
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    .resample(
      scale: scales.dropFirst(2).map(Double.init), support: scales.dropFirst(2).map { _ in isLinear ? 2 : 1 })
  }
}
