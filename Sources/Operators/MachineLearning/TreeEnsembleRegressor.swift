internal import Network

/// Decision trees whose leaves give numbers for targets, as versions 1 to 4 write them.
struct TreeEnsembleRegressor: Operator {
  static let name = "TreeEnsembleRegressor"
  static let domain = "ai.onnx.ml"
  private let forest: DecisionForest
  private let targets: Int
  private let base: [Double]
  private let aggregate: LeafAggregate
  private let transform: PostTransform

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    targets = try attributes.integer("n_targets", default: 1)
    guard targets > 0 else { throw .attributeValue("n_targets", reason: "\(targets) is not positive") }
    base = try attributes.numbers("base_values") ?? []
    guard base.isEmpty || base.count == targets else {
      throw .attributeValue("base_values", reason: "\(base.count) for \(targets) targets")
    }
    aggregate = try LeafAggregate(attributes)
    transform = try PostTransform(attributes)
    forest = try DecisionForest(attributes, prefix: "target", targets: targets)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.float32, [try forest.check(inputs, of: FeatureRows.elementTypes), targets])]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try forest.cost(rows: outputs.first?.shape?[0] ?? nil, targets: targets, transform: transform)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    try regress(context) { row in
      let scores = forest.scores(row, targets: targets, aggregate)
      return transform.regressed(scores.indices.map { (scores[$0] ?? 0) + (base.isEmpty ? 0 : base[$0]) })
    }
  }
}
