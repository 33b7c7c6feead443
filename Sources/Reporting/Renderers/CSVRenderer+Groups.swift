package import Analysis

extension CSVRenderer {
  /// The totals over a sweep, one row per extent.
  package func render(_ sweep: Sweep) -> String {
    let figures: [(name: String, value: (Totals) -> Int?)] = [
      ("macs", { $0.macs }), ("flops", { $0.flops }), ("elementwiseOperations", { $0.elementwiseOperations }),
      ("operations", { $0.operations }), ("bytesMoved", { $0.bytesMoved }),
      ("activationBytes", { $0.activations.total?.bytes }),
      ("peakLivenessBytes", { $0.activations.peakLiveness?.extent.bytes }),
    ]
    return table(
      [Escaping.csv(sweep.symbol)] + figures.map(\.name),
      sweep.points.map { point in
        ["\(point.extent)"] + figures.map { figure in Self.field(figure.value(point.totals)) }
      })
  }

  /// The figures by module, one row per module; nil where no depth was asked for.
  package func renderModules(of subject: Subject) -> String? {
    guard let modules = subject.modules else { return nil }
    let figures: [(name: String, value: (ModuleCost) -> Int?)] = [
      ("layers", { $0.cost.layerCount }), ("parameters", { $0.parameters.learnable }),
      ("buffers", { $0.parameters.buffers }), ("macs", { $0.cost.macs.value }),
      ("flops", { $0.flops.value }), ("elementwiseOperations", { $0.elementwiseOperations.value }),
      ("operations", { $0.cost.operations.value }), ("bytesMoved", { $0.cost.bytesMoved.value }),
      ("activationElements", { $0.activationElements.value }),
      ("activationBytes", { $0.activationBytes.value }),
    ]
    return table(
      ["module"] + figures.map(\.name),
      modules.map { module in
        [Escaping.csv(module.group.path.joined(separator: "/"))]
          + figures.map { figure in Self.field(figure.value(module)) }
      })
  }

  private func table(_ heading: [String], _ rows: [[String]]) -> String {
    ([heading] + rows).map { $0.joined(separator: ",") + "\r\n" }.joined()
  }
}
