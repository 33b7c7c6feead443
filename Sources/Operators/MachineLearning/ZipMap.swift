internal import Network

/// Rows of scores as maps from class to score.
struct ZipMap: Operator {
  static let name = "ZipMap"
  static let domain = "ai.onnx.ml"
  let role = Role.view
  private let labels: ClassLabels

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    labels = try ClassLabels(attributes, integers: "classlabels_int64s", strings: "classlabels_strings")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let scores = try FeatureRows.extents(inputs, of: [.float32])
    if let found = scores.features, found != labels.count {
      throw .shape(input: 0, reason: "\(found) scores for \(labels.count) classes")
    }
    return [
      Fact(
        .sequence(
          SequenceType(.map(key: labels.element, value: .tensor(TensorType(.float32, .scalar))))))
    ]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    _ = try infer(InferenceInputs(context.facts))
    let scores = try context.input(0).elements(as: Float.self)
    let keys = try labels.list.vector(Array(0..<labels.count))
    var maps: [RuntimeValue] = []
    for start in stride(from: 0, to: scores.count, by: labels.count) {
      let row = try DenseTensor(.float32, [labels.count], limit: context.limit)
      _ = row.mutableElements(as: Float.self).update(fromContentsOf: scores[start..<(start + labels.count)])
      maps.append(.map(try RuntimeMap(keys: keys, values: .tensor(row))))
    }
    context.forward(.sequence(maps), to: 0)
  }
}
