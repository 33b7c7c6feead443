internal import Checking
internal import Reporting

/// Bytes as what a check reads beside networks.
enum CheckInput {
  /// Checks a fixed network against the budget; its baseline is the same network, somewhat larger.
  static func readBudget(_ bytes: [UInt8]) {
    guard let budget = try? BudgetReader.read(bytes) else { return }
    check(network(layers: 3, macs: 900), Baseline(networks: [network(layers: 4, macs: 1000)]), budget)
  }

  /// Writes the baseline again, and compares each network in it with the next under the first one's name.
  static func readBaseline(_ bytes: [UInt8]) {
    guard let baseline = try? BaselineReader.read(bytes) else { return }
    _ = BaselineWriter.text(of: baseline)
    for network in baseline.networks {
      if let measured = network.measured { _ = try? MeasuredBaseline(measured).json }
    }
    for (before, after) in zip(baseline.networks, baseline.networks.dropFirst()) {
      var renamed = after
      renamed.name = before.name
      check(renamed, Baseline(networks: [before]), nil)
    }
  }

  static func readHistory(_ bytes: [UInt8]) {
    guard let history = try? HistoryReader.read(bytes) else { return }
    _ = history.runs.map(\.line)
    _ = HTMLRenderer().render(Report(history, file: "history"))
  }

  private static func check(_ network: NetworkSnapshot, _ baseline: Baseline, _ budget: Budget?) {
    guard let checker = try? Checker(budget: budget, baseline: baseline),
      let check = try? checker.check(network, path: "network")
    else { return }
    _ = HTMLRenderer().render(Report([check]))
    _ = JSONRenderer().render([check])
  }

  private static func network(layers: Int, macs: Int) -> NetworkSnapshot {
    NetworkSnapshot(
      name: "network", bindings: ["N": 1],
      figures: ["totals.macs": .integer(macs), "totals.flops": .unknown],
      layers: (0..<layers).map { index in
        LayerSnapshot(
          name: "layers.\(index)", operators: ["Conv"], outputs: ["float[1,\(index)]"], sources: [-1],
          figures: LayerFigures.all.map { _ in .integer(index) })
      })
  }
}
