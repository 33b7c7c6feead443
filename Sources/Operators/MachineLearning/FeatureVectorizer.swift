internal import Network

/// Rows of several inputs one behind the other, each cut or filled with zeros to the width that the node gives it.
struct FeatureVectorizer: Operator {
  static let name = "FeatureVectorizer"
  static let domain = "ai.onnx.ml"
  private let widths: [Int]

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    widths = try attributes.integers("inputdimensions") ?? []
    guard widths.allSatisfy({ $0 >= 0 }) else {
      throw .attributeValue("inputdimensions", reason: "a negative width")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard inputs.count == widths.count else {
      throw .attributeValue("inputdimensions", reason: "\(widths.count) widths for \(inputs.count) inputs")
    }
    var (rows, total): (Dimension, Int) = (nil, 0)
    for (index, width) in widths.enumerated() {
      let type = try inputs.tensor(index, of: FeatureRows.elementTypes)
      total = try sum(total, width)
      guard let shape = type.shape else { continue }
      guard let extents = FeatureRows.extents(shape) else {
        throw .rank(input: index, expected: "1 or 2", found: shape.rank)
      }
      rows = try AttentionExtents.agreed(rows, extents.rows, input: index, "the number of rows")
    }
    return [Fact(.float32, [rows, total])]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    let (rows, total) = (output.dimensions[0], output.dimensions[1])
    let target = output.mutableElements(as: Float.self)
    target.update(repeating: 0)
    var offset = 0
    for (index, width) in widths.enumerated() {
      let values = try context.input(index).doubles(input: index)
      let own = rows == 0 ? 0 : values.count / rows
      for row in 0..<rows {
        for column in 0..<min(width, own) {
          target[row * total + offset + column] = Float(values[row * own + column])
        }
      }
      offset += width
    }
  }
}
