internal import Network

/// One of two graphs, chosen by a truth value.
struct If: Operator {
  static let name = "If"
  private let thenBranch: Graph
  private let elseBranch: Graph

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    thenBranch = try attributes.graph("then_branch")
    elseBranch = try attributes.graph("else_branch")
  }

  /// Those of the branch that is taken if that is known, else what both have in common. A branch that does not fit cannot
  /// be the one that is taken.
  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let condition = try inputs.tensor(0)
    guard condition.element == .bool else { throw .elementType(input: 0, found: condition.element) }
    if let known = inputs[0]?.constant?.integers?.first {
      return try inputs.inferSubgraph(known != 0 ? thenBranch : elseBranch, [])
    }
    let (first, second) = (try facts(of: thenBranch, inputs), try facts(of: elseBranch, inputs))
    guard let first, let second else {
      guard let fitting = first ?? second else { throw .nestedGraph }
      return fitting
    }
    guard first.count == second.count else {
      throw .attributeValue("else_branch", reason: "another number of outputs than then_branch")
    }
    var merged: [Fact] = []
    for (a, b) in zip(first, second) {
      guard let type = a.type.merged(with: b.type) else {
        throw .attributeValue("else_branch", reason: "outputs of other types than then_branch")
      }
      merged.append(Fact(type))
    }
    return merged
  }

  /// nil where the branch does not fit.
  private func facts(of branch: Graph, _ inputs: InferenceInputs) throws(OperatorError) -> [Fact]? {
    do {
      return try inputs.inferSubgraph(branch, [])
    } catch {
      guard error == .nestedGraph else { throw error }
      return nil
    }
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    let branch = try context.value(0).truth(input: 0) ? thenBranch : elseBranch
    for (index, value) in try context.runSubgraph(branch, []).enumerated() {
      context.forward(value, to: index)
    }
  }
}
