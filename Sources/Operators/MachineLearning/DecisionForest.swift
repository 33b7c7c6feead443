internal import Network

/// Decision trees as nodes in one list: what TreeEnsemble and its older forms share.
struct DecisionForest: Sendable {
  var nodes: [Node]
  /// Where each tree begins.
  var roots: [Int]
  /// Targets and weights of all leaves; a leaf has a range of them.
  var weights: [(target: Int, weight: Double)]
  /// Comparisons on the longest way through each tree, added up.
  let comparisons: Int

  enum Test: Sendable {
    case lessOrEqual, less, greaterOrEqual, greater, equal, notEqual
    case member([Double])
    case leaf(Range<Int>)

    init?(_ name: String) {
      switch name {
      case "BRANCH_LEQ": self = .lessOrEqual
      case "BRANCH_LT": self = .less
      case "BRANCH_GTE": self = .greaterOrEqual
      case "BRANCH_GT": self = .greater
      case "BRANCH_EQ": self = .equal
      case "BRANCH_NEQ": self = .notEqual
      default: return nil
      }
    }
  }

  struct Node: Sendable {
    var test: Test
    var feature = 0
    var threshold = 0.0
    var whenTrue = 0
    var whenFalse = 0
    /// Whether a feature that is not a number passes the test.
    var missingIsTrue = false
  }

  /// Checks that every place exists and that no tree runs in a circle.
  init(nodes: [Node], roots: [Int], weights: [(target: Int, weight: Double)]) throws(OperatorError) {
    (self.nodes, self.roots, self.weights) = (nodes, roots, weights)
    var comparisons = 0
    for root in roots { comparisons = try sum(comparisons, Self.depth(from: root, nodes)) }
    self.comparisons = comparisons
  }

  /// Comparisons on the longest way from `root` to a leaf.
  private static func depth(from root: Int, _ nodes: [Node]) throws(OperatorError) -> Int {
    var (level, depth, visited) = ([root], 0, 0)
    while !level.isEmpty {
      var next: [Int] = []
      for place in level {
        guard nodes.indices.contains(place) else {
          throw .attributeValue("nodes_truenodeids", reason: "\(place) is not a node")
        }
        visited += 1
        if case .leaf = nodes[place].test { continue }
        next += [nodes[place].whenTrue, nodes[place].whenFalse]
      }
      guard visited <= nodes.count else {
        throw .attributeValue("nodes_truenodeids", reason: "a node has two ways to it")
      }
      if !next.isEmpty { depth += 1 }
      level = next
    }
    return depth
  }

  var leastFeatures: Int {
    nodes.reduce(0) { most, node in
      if case .leaf = node.test { most } else { max(most, node.feature + 1) }
    }
  }

  /// Calls `body` with the range of weights of the leaf that `row` reaches in each tree.
  func forEachLeaf(of row: ArraySlice<Double>, _ body: (Range<Int>) -> Void) {
    for root in roots {
      var place = root
      while true {
        let node = nodes[place]
        if case .leaf(let range) = node.test {
          body(range)
          break
        }
        place = Self.passes(row[row.startIndex + node.feature], node) ? node.whenTrue : node.whenFalse
      }
    }
  }

  private static func passes(_ value: Double, _ node: Node) -> Bool {
    if value.isNaN { return node.missingIsTrue }
    return switch node.test {
    case .lessOrEqual: value <= node.threshold
    case .less: value < node.threshold
    case .greaterOrEqual: value >= node.threshold
    case .greater: value > node.threshold
    case .equal: value == node.threshold
    case .notEqual: value != node.threshold
    case .member(let members): members.contains(value)
    case .leaf: false
    }
  }

  func check(_ inputs: InferenceInputs, of types: [ElementType]) throws(OperatorError) -> Dimension {
    let (rows, features) = try FeatureRows.extents(inputs, of: types)
    if let features, features < leastFeatures {
      throw .shape(input: 0, reason: "\(features) features where a tree asks for number \(leastFeatures)")
    }
    return rows
  }

  /// For each row the comparisons of the longest ways, and a sum for each tree.
  func cost(rows: Dimension, targets: Int, transform: PostTransform) throws(OperatorError) -> Cost? {
    guard let rows else { return nil }
    let perRow = try sum(sum(comparisons, roots.count), product(targets, transform.operations))
    return Cost(elementwiseOperations: try product(rows, perRow))
  }

  /// The trees of versions 1 to 4: nodes by tree and number, weights by leaf, under attributes that begin with `prefix`.
  init(
    _ attributes: borrowing AttributeReader, prefix: String, targets: Int
  ) throws(OperatorError) {
    let trees = try attributes.integers("nodes_treeids") ?? []
    let numbers = try attributes.integers("nodes_nodeids") ?? []
    let modes = try attributes.strings("nodes_modes") ?? []
    let features = try attributes.integers("nodes_featureids") ?? []
    let (yes, no) = (
      try attributes.integers("nodes_truenodeids") ?? [], try attributes.integers("nodes_falsenodeids") ?? []
    )
    let thresholds = try attributes.numbers("nodes_values") ?? []
    let missing = try attributes.integers("nodes_missing_value_tracks_true") ?? []
    for (name, count) in [
      ("nodes_nodeids", numbers.count), ("nodes_modes", modes.count), ("nodes_featureids", features.count),
      ("nodes_truenodeids", yes.count), ("nodes_falsenodeids", no.count), ("nodes_values", thresholds.count),
    ] where count != trees.count {
      throw .attributeValue(name, reason: "\(count) entries for \(trees.count) nodes")
    }
    guard missing.isEmpty || missing.count == trees.count else {
      throw .attributeValue("nodes_missing_value_tracks_true", reason: "\(missing.count) entries")
    }
    var places: [NodeKey: Int] = [:]
    for index in trees.indices { places[NodeKey(tree: trees[index], node: numbers[index])] = index }
    let (weights, ranges) = try Self.leafWeights(attributes, prefix: prefix, targets: targets)
    var nodes: [Node] = []
    var roots: [Int: Int] = [:]
    for index in trees.indices {
      let key = NodeKey(tree: trees[index], node: numbers[index])
      if roots[key.tree] == nil { roots[key.tree] = index }
      if modes[index] == "LEAF" {
        nodes.append(Node(test: .leaf(ranges[key] ?? 0..<0)))
        continue
      }
      guard let test = Test(modes[index]), features[index] >= 0 else {
        throw .attributeValue("nodes_modes", reason: "\(modes[index]) is not known")
      }
      guard let whenTrue = places[NodeKey(tree: key.tree, node: yes[index])],
        let whenFalse = places[NodeKey(tree: key.tree, node: no[index])]
      else { throw .attributeValue("nodes_truenodeids", reason: "a node that does not exist") }
      nodes.append(
        Node(
          test: test, feature: features[index], threshold: thresholds[index], whenTrue: whenTrue,
          whenFalse: whenFalse, missingIsTrue: missing.isEmpty ? false : missing[index] != 0))
    }
    try self.init(nodes: nodes, roots: roots.values.sorted(), weights: weights)
  }

  private struct NodeKey: Hashable {
    let tree: Int
    let node: Int
  }

  /// All weights, those of one leaf together, and the range of each leaf's.
  private static func leafWeights(
    _ attributes: borrowing AttributeReader, prefix: String, targets: Int
  ) throws(OperatorError) -> ([(target: Int, weight: Double)], [NodeKey: Range<Int>]) {
    let trees = try attributes.integers("\(prefix)_treeids") ?? []
    let numbers = try attributes.integers("\(prefix)_nodeids") ?? []
    let ids = try attributes.integers("\(prefix)_ids") ?? []
    let values = try attributes.numbers("\(prefix)_weights") ?? []
    guard numbers.count == trees.count, ids.count == trees.count, values.count == trees.count else {
      throw .attributeValue("\(prefix)_ids", reason: "as many entries as \(prefix)_treeids are needed")
    }
    guard ids.allSatisfy({ $0 >= 0 && $0 < targets }) else {
      throw .attributeValue("\(prefix)_ids", reason: "one that is not below \(targets)")
    }
    var entries: [NodeKey: [Int]] = [:]
    var order: [NodeKey] = []
    for index in trees.indices {
      let key = NodeKey(tree: trees[index], node: numbers[index])
      if entries[key] == nil { order.append(key) }
      entries[key, default: []].append(index)
    }
    var weights: [(target: Int, weight: Double)] = []
    var ranges: [NodeKey: Range<Int>] = [:]
    for key in order {
      let start = weights.count
      weights += (entries[key] ?? []).map { (ids[$0], values[$0]) }
      ranges[key] = start..<weights.count
    }
    return (weights, ranges)
  }
}

/// How the weights of the leaves that a row reaches become one number for each target.
enum LeafAggregate: Int, Sendable {
  case average, sum, minimum, maximum

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    switch try attributes.string("aggregate_function", default: "SUM") {
    case "AVERAGE": self = .average
    case "SUM": self = .sum
    case "MIN": self = .minimum
    case "MAX": self = .maximum
    case let other: throw .attributeValue("aggregate_function", reason: "\(other) is not known")
    }
  }
}

extension DecisionForest {
  /// One number for each target; nil where no leaf has a weight for it.
  func scores(_ row: ArraySlice<Double>, targets: Int, _ aggregate: LeafAggregate) -> [Double?] {
    var scores = [Double?](repeating: nil, count: targets)
    forEachLeaf(of: row) { range in
      for (target, weight) in weights[range] {
        guard let score = scores[target] else {
          scores[target] = weight
          continue
        }
        scores[target] =
          switch aggregate {
          case .sum, .average: score + weight
          case .minimum: min(score, weight)
          case .maximum: max(score, weight)
          }
      }
    }
    return aggregate == .average ? scores.map { $0.map { $0 / Double(roots.count) } } : scores
  }
}

extension AttributeReader {
  /// A list of floats, or a tensor of the same name with `_as_tensor` behind it.
  func numbers(_ name: String) throws(OperatorError) -> [Double]? {
    if let values = try floats(name), !values.isEmpty { return values.map(Double.init) }
    guard let tensor = try tensor("\(name)_as_tensor") else { return nil }
    return try DenseTensor(tensor).doubles(input: 0)
  }
}
