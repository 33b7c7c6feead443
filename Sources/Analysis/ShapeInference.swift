package import Network
internal import Operators

/// Finds type, shape and constant content of every value, node by node in the file's order.
package enum ShapeInference {
  package static func infer(
    _ network: Network, _ options: AnalysisOptions = AnalysisOptions()
  ) throws(AnalysisError) -> InferredGraph {
    try infer(network, try Inlining.apply(to: network, limits: options.limits), options)
  }

  /// The same of a network whose functions are expanded already.
  static func infer(
    _ network: Network, _ inlined: InlinedGraph, _ options: AnalysisOptions
  ) throws(AnalysisError) -> InferredGraph {
    let binding = try InputBinding(inlined.graph, options)
    let (inlined, gradients) = try GradientExpansion.apply(
      to: inlined, operatorSets: network.operatorSets, inputs: binding.facts, symbols: binding.symbols,
      options)
    let graph = inlined.graph
    let session = InferenceSession(
      binding.symbols, tripCounts: options.tripCounts, depthLimit: options.limits.graphDepth)
    let scope = GraphInference(
      graph, session: session, operatorSets: network.operatorSets, nodeOperatorSets: inlined.operatorSets)
    try scope.run(inputs: binding.facts)
    for name in options.tripCounts.keys.sorted() where !session.loops.contains(name) {
      throw .unknownLoop(name, known: session.loops)
    }
    let need = Need(scope)
    var nestedCosts: [NodeID: Cost] = [:]
    for id in scope.captures.keys { nestedCosts[id] = scope.nestedCost(of: graph[id], id) }
    let bounds = scope.captures.keys.filter { scope.hasOpenBranch($0) }
    var annotated = network
    annotated.findings += binding.findings + gradients + session.allFindings
    return InferredGraph(
      network: annotated, graph: graph, operators: scope.operators,
      roles: scope.operators.map { $0?.role }, facts: scope.facts,
      isConstant: scope.isConstant, liveNodes: need.live, constantNodes: need.constant,
      captures: scope.captures, nestedCosts: nestedCosts, boundedNodes: Set(bounds),
      operatorSets: inlined.operatorSets, bindings: binding.bindings)
  }
}

/// What the inference of a graph and of the graphs nested in it have in common.
///
/// A class because operators call back into it while the enclosing graph's inference is under way.
final class InferenceSession {
  /// Differences between file and inference that are told one by one.
  static let differenceLimit = 50

  let symbols: [String: Int]
  let tripCounts: [String: Int]
  let depthLimit: Int
  /// Whether this only finds out what a loop does round by round, with the content that each round has.
  let isTrial: Bool
  var roundBudget = GraphInference.roundBudget
  /// Names of the loops met so far.
  private(set) var loops: [String] = []
  var depth = 0
  /// The error of a nested graph, kept while the operator that owns the graph passes its own kind of error on.
  var nestedError: AnalysisError?
  private var differences: [Finding] = []
  private var unfitBranches: [Finding] = []
  private var unknownOperators: [(name: String, count: Int)] = []

  init(_ symbols: [String: Int], tripCounts: [String: Int], depthLimit: Int, isTrial: Bool = false) {
    self.symbols = symbols
    self.isTrial = isTrial
    self.tripCounts = tripCounts
    self.depthLimit = depthLimit
  }

  func addLoop(_ name: String) {
    if !loops.contains(name) { loops.append(name) }
  }

  var allFindings: [Finding] {
    unknownOperators.map { Finding(.unknownOperator(name: $0.name, count: $0.count)) } + unfitBranches
      + differences
  }

  func addUnknown(_ node: Node) {
    let name = node.domain.isEmpty ? node.operatorName : "\(node.domain).\(node.operatorName)"
    if let known = unknownOperators.firstIndex(where: { $0.name == name }) {
      unknownOperators[known].count += 1
    } else {
      unknownOperators.append((name, 1))
    }
  }

  /// Notes that one branch of a choice cannot be the one that is taken.
  func addUnfitBranch(_ error: AnalysisError, of node: String) {
    let finding = Finding(.unfitBranch(reason: error.message), node: node)
    guard unfitBranches.count < Self.differenceLimit, !unfitBranches.contains(finding) else { return }
    unfitBranches.append(finding)
  }

  func addDifference(_ value: Value, _ declared: String, _ inferred: TensorType, node: Node) {
    guard differences.count < Self.differenceLimit else { return }
    let kind = Finding.Kind.declarationDiffers(
      value: value.name, declared: declared, inferred: inferred.description)
    differences.append(Finding(kind, node: node.name.isEmpty ? nil : node.name))
  }
}

extension TensorType {
  /// For example `float[1, 3, ?, ?]`.
  var description: String {
    guard let shape else { return "\(element.name)[...]" }
    return "\(element.name)[\(shape.dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: ", "))]"
  }
}
