internal import Network

/// Rows of scores as maps from class to score. Described, not run: this build passes no maps.
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
    return [Fact(.sequence(.map(key: labels.element, value: .tensor(TensorType(.float32, .scalar)))))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
}
