import Network

/// Makes the network's graph of the file's subgraphs: the first is the network, others are what control flow calls.
struct ModelTranslator {
  let model: LiteModel
  let limits: Limits
  private(set) var findings: [Finding] = []

  init(_ model: LiteModel, limits: Limits) {
    self.model = model
    self.limits = limits
  }

  mutating func translateMain() throws(FormatError) -> Graph {
    var translator = SubgraphTranslator(model, 0, limits: limits)
    let graph: Graph
    do {
      graph = try translator.translate()
    } catch {
      throw error.inside("subgraphs", 0)
    }
    for (index, subgraph) in model.subgraphs.enumerated().dropFirst()
    where !translator.shared.called.contains(index) {
      let name = subgraph.name.isEmpty ? "\(index)" : subgraph.name
      findings.append(Finding(.ignored(part: "subgraph '\(name)', which the first does not call,")))
    }
    let variables = translator.shared.variableNames.count
    if variables > 0 {
      findings.append(Finding(.ignored(part: "what \(variables) variables keep from run to run")))
    }
    return graph
  }
}
