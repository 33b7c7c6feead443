internal import Network

/// Decision trees whose leaves vote for classes, as versions 1 to 4 write them: the class with the greatest score, and the
/// scores.
struct TreeEnsembleClassifier: Operator {
  static let name = "TreeEnsembleClassifier"
  static let domain = "ai.onnx.ml"
  private let forest: DecisionForest
  private let labels: ClassLabels
  private let base: [Double]
  private let transform: PostTransform
  /// One score for two classes: what is above one half, or above zero if weights are negative, is the second class.
  private let isBinary: Bool
  private let isShare: Bool
  /// Whether that score is stored as the first class's.
  private let standsForFirst: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    labels = try ClassLabels(attributes, integers: "classlabels_int64s", strings: "classlabels_strings")
    base = try attributes.numbers("base_values") ?? []
    transform = try PostTransform(attributes)
    forest = try DecisionForest(attributes, prefix: "class", targets: labels.count)
    isBinary = labels.count <= 2 && Set(forest.weights.map(\.target)).count == 1
    standsForFirst = forest.weights.first?.target == 0
    isShare = forest.weights.allSatisfy { $0.weight >= 0 }
    guard base.isEmpty || base.count == labels.count || (isBinary && base.count == 1) else {
      throw .attributeValue("base_values", reason: "\(base.count) for \(labels.count) classes")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let rows = try forest.check(inputs, of: FeatureRows.elementTypes)
    return [Fact(labels.element, [rows]), Fact(.float32, [rows, max(labels.count, isBinary ? 2 : 1)])]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try forest.cost(rows: outputs.first?.shape?[0] ?? nil, targets: labels.count, transform: transform)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    try classify(context, as: labels, decide)
  }

  private func decide(_ row: ArraySlice<Double>) -> (pick: Int?, scores: [Double]) {
    let scores = forest.scores(row, targets: labels.count, .sum)
    guard isBinary else {
      let sums = scores.indices.map { (scores[$0] ?? 0) + (base.isEmpty ? 0 : base[$0]) }
      return (sums.indices.max { sums[$0] < sums[$1] }, transform.apply(sums))
    }
    // The only class with weights stands for the second one.
    let score = scores.compactMap { $0 }.reduce(0, +) + (standsForFirst ? base.last ?? 0 : 0)
    let isSecond = score > (isShare ? 0.5 : 0)
    return (isSecond && labels.count > 1 ? 1 : 0, pair(score))
  }

  private func pair(_ score: Double) -> [Double] {
    if !standsForFirst { return transform.apply([0, score]) }
    switch transform {
    case .none, .softmax, .softmaxZero: return isShare ? [1 - score, score] : [-score, score]
    case .probit: return transform.apply([1 - score, score])
    case .logistic: return transform.opposed(score)
    }
  }
}
