internal import Network

/// Decision trees with weights at their leaves, which are added up, averaged or compared for each target.
struct TreeEnsemble: Operator {
  static let name = "TreeEnsemble"
  static let domain = "ai.onnx.ml"
  private let forest: DecisionForest
  private let targets: Int
  private let aggregate: LeafAggregate
  private let transform: PostTransform

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    targets = try attributes.integer("n_targets", default: 1)
    guard targets > 0 else { throw .attributeValue("n_targets", reason: "\(targets) is not positive") }
    guard let aggregate = LeafAggregate(rawValue: try attributes.integer("aggregate_function", default: 1)),
      let transform = PostTransform(rawValue: try attributes.integer("post_transform", default: 0))
    else { throw .attributeValue("aggregate_function", reason: "a number that is not known") }
    (self.aggregate, self.transform) = (aggregate, transform)
    forest = try DecisionForest(ensemble: attributes, targets: targets)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let rows = try forest.check(inputs, of: [.float32, .float64, .float16])
    return [Fact(try inputs.tensor(0).element, [rows, targets])]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try forest.cost(rows: outputs.first?.shape?[0] ?? nil, targets: targets, transform: transform)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    try regress(context) { row in
      transform.regressed(forest.scores(row, targets: targets, aggregate).map { $0 ?? 0 })
    }
  }
}

extension DecisionForest {
  /// The trees of version 5: inner nodes and leaves in lists of their own, leaves with one weight each.
  fileprivate init(ensemble attributes: borrowing AttributeReader, targets: Int) throws(OperatorError) {
    func integers(_ name: String) throws(OperatorError) -> [Int] {
      guard let values = try attributes.integers(name) else { throw .missingAttribute(name) }
      return values
    }
    func numbers(_ name: String) throws(OperatorError) -> [Double]? {
      guard let tensor = try attributes.tensor(name) else { return nil }
      return try DenseTensor(tensor).doubles(input: 0)
    }
    guard let modes = try numbers("nodes_modes"), let splits = try numbers("nodes_splits"),
      let leafWeights = try numbers("leaf_weights")
    else { throw .missingAttribute("nodes_modes") }
    let features = try integers("nodes_featureids")
    let (yes, no) = (try integers("nodes_truenodeids"), try integers("nodes_falsenodeids"))
    let (yesLeaf, noLeaf) = (try integers("nodes_trueleafs"), try integers("nodes_falseleafs"))
    let missing = try attributes.integers("nodes_missing_value_tracks_true") ?? []
    let leafTargets = try integers("leaf_targetids")
    let count = modes.count
    for (name, found) in [
      ("nodes_splits", splits.count), ("nodes_featureids", features.count), ("nodes_truenodeids", yes.count),
      ("nodes_falsenodeids", no.count), ("nodes_trueleafs", yesLeaf.count),
      ("nodes_falseleafs", noLeaf.count),
    ] where found != count {
      throw .attributeValue(name, reason: "\(found) entries for \(count) nodes")
    }
    guard missing.isEmpty || missing.count == count else {
      throw .attributeValue("nodes_missing_value_tracks_true", reason: "\(missing.count) entries")
    }
    guard leafTargets.count == leafWeights.count, leafTargets.allSatisfy({ $0 >= 0 && $0 < targets }) else {
      throw .attributeValue("leaf_targetids", reason: "one for each weight, below \(targets), is needed")
    }
    var members =
      try numbers("membership_values").map { $0.split(omittingEmptySubsequences: false) { $0.isNaN } } ?? []
    members.reverse()
    // Leaves stand behind the inner nodes.
    func place(_ index: Int, isLeaf: Int) throws(OperatorError) -> Int {
      guard index >= 0, index < (isLeaf != 0 ? leafWeights.count : count) else {
        throw .attributeValue("nodes_truenodeids", reason: "\(index) is not a node")
      }
      return isLeaf != 0 ? count + index : index
    }
    var nodes: [Node] = []
    for index in 0..<count {
      let test: Test
      if modes[index] == 6 {
        guard let next = members.popLast() else { throw .missingAttribute("membership_values") }
        test = .member(Array(next))
      } else {
        test = try Self.test(modes[index])
      }
      guard features[index] >= 0 else {
        throw .attributeValue("nodes_featureids", reason: "a negative place")
      }
      nodes.append(
        Node(
          test: test, feature: features[index], threshold: splits[index],
          whenTrue: try place(yes[index], isLeaf: yesLeaf[index]),
          whenFalse: try place(no[index], isLeaf: noLeaf[index]),
          missingIsTrue: missing.isEmpty ? false : missing[index] != 0))
    }
    nodes += leafWeights.indices.map { Node(test: .leaf($0..<($0 + 1))) }
    var roots = try integers("tree_roots")
    // A tree that is a single leaf is written as a node whose two ways are that leaf.
    for (index, root) in roots.enumerated() where root >= 0 && root < count {
      if yesLeaf[root] != 0, noLeaf[root] != 0, yes[root] == no[root] { roots[index] = nodes[root].whenTrue }
    }
    try self.init(
      nodes: nodes, roots: roots, weights: zip(leafTargets, leafWeights).map { ($0, $1) })
  }

  private static func test(_ mode: Double) throws(OperatorError) -> Test {
    switch mode {
    case 0: return .lessOrEqual
    case 1: return .less
    case 2: return .greaterOrEqual
    case 3: return .greater
    case 4: return .equal
    case 5: return .notEqual
    default: throw .attributeValue("nodes_modes", reason: "\(mode) is not known")
    }
  }
}
