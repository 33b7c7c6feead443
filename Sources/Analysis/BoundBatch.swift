package import Network

extension Network {
  /// The batch that follows from the file's fixed extents and from what is bound; nil where it may be chosen, because a symbol
  /// leads an input.
  package func boundBatch(_ options: AnalysisOptions) -> Int? {
    var batch: Int?
    for id in graph.inputs {
      let input = graph[id]
      guard let first = input.declaredDimensions?.first, let symbol = input.symbols.first else { continue }
      if let symbol {
        guard let bound = options.inputShapes[input.name]?.first ?? options.dimensions[symbol] else {
          return nil
        }
        batch = batch ?? bound
      } else if case .fixed(let extent) = first {
        batch = batch ?? extent
      }
    }
    return batch
  }
}
