import Analysis
import Checking
import Reporting
import Testing

/// A budget can limit every figure that the report's JSON holds: the keys are the same.
@Suite struct FigureContractTests {
  /// Dotted keys of numbers, flags and axes; what is told in words, names and lists of tensors is no figure.
  private func keys(_ value: JSONValue, _ prefix: String = "") -> Set<String> {
    guard case .object(let members) = value else { return [prefix] }
    return members.reduce(into: []) { result, member in
      if ["layer", "alive", "wholeInput", "gated", "status", "byType", "bounds", "activationsAreLowerBounds"]
        .contains(member.key)
      {
        return
      }
      result.formUnion(keys(member.value, prefix.isEmpty ? member.key : "\(prefix).\(member.key)"))
    }
  }

  private var report: JSONValue {
    var analysis = SyntheticNetwork.resNet50().analysis()
    analysis.totals.activations.peakArena = .init(bytes: 2, lowerBoundBytes: 1)
    analysis.totals.activations.allTensors = analysis.totals.activations.total
    analysis.totals.activations.matrixOutputs = analysis.totals.activations.total
    analysis.totals.activations.peakBlockInput = analysis.totals.activations.peakLiveness
    return JSONRenderer().value(of: Subject(analysis: analysis, profile: SyntheticProfile.of(analysis)))
  }

  @Test func totals() throws {
    let known = Set(NetworkFigures.counted.map(\.key).filter { !$0.contains(".byType.") })
    #expect(keys(try #require(report["totals"]), "totals").symmetricDifference(known) == [])
  }

  @Test func layers() throws {
    guard case .array(let layers)? = report["layers"] else { return #expect(Bool(false)) }
    var all: Set<String> = []
    let descriptive = ["name", "operator", "operators", "detail", "scope", "inputs", "outputs", "bound"]
    for layer in layers { all.formUnion(keys(layer).subtracting(descriptive)) }
    // Layers outside the feature maps have null for an object.
    all.subtract(["receptiveField", "activations"])
    #expect(all == Set(LayerFigures.all.map(\.key)))
  }

  @Test func profile() throws {
    let profile = try #require(report["profile"])
    guard case .array(let batches)? = profile["batches"], let batch = batches.first else {
      return #expect(Bool(false))
    }
    let conditions: Set = [
      "profile.batch", "profile.threads", "profile.samples", "profile.warmUpRuns", "profile.steady",
      "profile.layers",
      "profile.latencyMilliseconds.confidence95",
    ]
    let coldStart = keys(try #require(profile["coldStart"]), "profile.coldStart")
    #expect(
      keys(batch, "profile").subtracting(conditions).union(coldStart)
        == Set(NetworkFigures.measured.map(\.key)))
    #expect(NetworkFigures.find("profile.batches.8.latencyMilliseconds.p50")?.isMeasured == true)
    #expect(NetworkFigures.find("profile.batches.0.latencyMilliseconds.p50") == nil)
  }
}
