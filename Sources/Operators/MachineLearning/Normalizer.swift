internal import Network

/// Rows divided by their norm: the greatest element, the sum of magnitudes, or the root of the sum of squares.
struct Normalizer: Operator {
  static let name = "Normalizer"
  static let domain = "ai.onnx.ml"
  private let norm: Norm

  private enum Norm: String, Sendable { case max = "MAX", l1 = "L1", l2 = "L2" }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    let name = try attributes.string("norm", default: "MAX")
    guard let norm = Norm(rawValue: name) else {
      throw .attributeValue("norm", reason: "\(name) is not MAX, L1 or L2")
    }
    self.norm = norm
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    _ = try FeatureRows.extents(inputs)
    return [Fact(.float32, try inputs.tensor(0).shape)]
  }

  /// Two operations for an element's part of the norm, and the quotient.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 3)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try FeatureRows(context)
    var result: [Double] = []
    result.reserveCapacity(input.values.count)
    for index in 0..<input.rows {
      let row = input.row(index)
      let length =
        switch norm {
        case .max: row.max() ?? 0
        case .l1: row.reduce(0) { $0 + abs($1) }
        case .l2: row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
      result += row.map { length == 0 ? $0 : $0 / length }
    }
    try context.output(0, .float32, try context.input(0).dimensions).store(result)
  }
}
