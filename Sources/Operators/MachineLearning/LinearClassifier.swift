internal import Network

/// The class of the greatest of the scores `x * coefficients^T + intercepts`, and the scores.
struct LinearClassifier: Operator {
  static let name = "LinearClassifier"
  static let domain = "ai.onnx.ml"
  let role = Role.matrixLayer
  private let coefficients: [Float]
  private let intercepts: [Float]
  private let labels: ClassLabels
  private let transform: PostTransform

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let coefficients = try attributes.floats("coefficients"), !coefficients.isEmpty else {
      throw .missingAttribute("coefficients")
    }
    self.coefficients = coefficients
    intercepts = try attributes.floats("intercepts") ?? []
    labels = try ClassLabels(attributes, integers: "classlabels_ints", strings: "classlabels_strings")
    transform = try PostTransform(attributes)
  }

  /// Scores that are computed: one may stand for two classes.
  private func targets(features: Int) throws(OperatorError) -> Int {
    let targets = features > 0 ? scoreCount(features: features) : 0
    let needed = try product(targets, features)
    guard features > 0, needed <= coefficients.count, !intercepts.isEmpty || needed == coefficients.count
    else {
      throw .shape(input: 0, reason: "\(features) features for \(coefficients.count) coefficients")
    }
    guard targets == labels.count || targets == 1 else {
      throw .attributeValue("coefficients", reason: "\(targets) scores for \(labels.count) classes")
    }
    return targets
  }

  /// Coefficients beyond those of the scores are left alone, as ONNX Runtime does: it computes as many as there are
  /// intercepts.
  private func scoreCount(features: Int) -> Int {
    intercepts.isEmpty ? coefficients.count / features : intercepts.count
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (rows, features) = try FeatureRows.extents(inputs)
    if let features { _ = try targets(features: features) }
    return [Fact(labels.element, [rows]), Fact(.float32, [rows, labels.count])]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard outputs.count > 0, let rows = outputs[0].shape?[0],
      let features = inputs.first??.shape?.dimensions.last ?? nil
    else { return nil }
    let scores = try product(rows, targets(features: features))
    // The comparison that finds the class.
    let perScore = (intercepts.isEmpty ? 0 : 1) + transform.operations + 1
    return Cost(
      macs: try product(scores, features), elementwiseOperations: try product(scores, perScore))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    try classify(context, as: labels) { row in
      let targets = scoreCount(features: row.count)
      let scores = LinearScores.scores(row, coefficients, intercepts, targets)
      if targets == 1, labels.count == 2 { return (scores[0] > 0 ? 1 : 0, transform.both(scores[0])) }
      return (scores.indices.max { scores[$0] < scores[$1] }, transform.apply(scores))
    }
  }
}
