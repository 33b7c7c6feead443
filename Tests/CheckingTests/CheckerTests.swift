import Checking
import Testing

/// Verdicts on made-up figures.
@Suite struct CheckerTests {
  private func network(
    macs: Int = 100, figures: [String: FigureValue] = [:], uncounted: [String: Int] = [:]
  ) -> NetworkSnapshot {
    var all = Dictionary(
      NetworkFigures.counted.map { ($0.key, FigureValue.integer(1)) }, uniquingKeysWith: { first, _ in first }
    )
    all["totals.macs"] = .integer(macs)
    all.merge(figures) { $1 }
    return NetworkSnapshot(
      name: "n", uncounted: uncounted, figures: all,
      layers: [
        LayerSnapshot(
          name: "conv", operators: ["Conv"], figures: LayerFigures.all.map { _ in .integer(macs) })
      ])
  }

  private func verdicts(
    _ bound: Bound, _ after: NetworkSnapshot, from before: NetworkSnapshot? = nil
  ) throws -> Judgement.Verdict? {
    let budget = Budget(limits: [Limit(figure: "totals.macs", bound: bound)], unlisted: nil)
    let baseline = before.map { Baseline(networks: [$0]) }
    return try Checker(budget: budget, baseline: baseline).check(after, path: "").judgements.first?.verdict
  }

  @Test func absoluteLimitsIncludeTheirBound() throws {
    #expect(try verdicts(.max(.integer(100)), network()) == .passed)
    #expect(try verdicts(.max(.integer(99)), network()) == .exceeded)
    #expect(try verdicts(.max(.number(99.5)), network()) == .exceeded)
    #expect(try verdicts(.min(.integer(100)), network()) == .passed)
    #expect(try verdicts(.min(.integer(101)), network()) == .exceeded)
    #expect(try verdicts(.equals(.integer(100)), network()) == .passed)
    #expect(try verdicts(.equals(.integer(101)), network()) == .exceeded)
  }

  @Test func relativeLimitsIncludeTheirBound() throws {
    let before = network(macs: 1000)
    #expect(try verdicts(.maxIncrease(.percent(1)), network(macs: 1010), from: before) == .passed)
    #expect(try verdicts(.maxIncrease(.percent(1)), network(macs: 1011), from: before) == .exceeded)
    #expect(try verdicts(.maxIncrease(.percent(0)), network(macs: 1000), from: before) == .passed)
    #expect(try verdicts(.maxIncrease(.percent(0)), network(macs: 1001), from: before) == .exceeded)
    #expect(try verdicts(.maxIncrease(.absolute(.integer(5))), network(macs: 1005), from: before) == .passed)
    #expect(
      try verdicts(.maxIncrease(.absolute(.integer(5))), network(macs: 1006), from: before) == .exceeded)
    #expect(try verdicts(.maxIncrease(.percent(1)), network(macs: 900), from: before) == .improved)
    #expect(try verdicts(.maxDecrease(.percent(10)), network(macs: 900), from: before) == .passed)
    #expect(try verdicts(.maxDecrease(.percent(10)), network(macs: 899), from: before) == .exceeded)
    // Any number more than nothing is more than any percentage of nothing.
    #expect(try verdicts(.maxIncrease(.percent(50)), network(macs: 1), from: network(macs: 0)) == .exceeded)
  }

  /// Beyond 2^53 a Double no longer tells neighbours apart.
  @Test func countsAreExact() throws {
    let large = 1 << 60
    #expect(try verdicts(.max(.integer(large)), network(macs: large + 1)) == .exceeded)
    #expect(
      try verdicts(.maxIncrease(.percent(0)), network(macs: large + 1), from: network(macs: large))
        == .exceeded)
  }

  @Test func lowerBoundsDecideOnlyWhatTheyCan() throws {
    let partial = network(uncounted: ["Mystery": 1])
    #expect(try verdicts(.max(.integer(99)), partial) == .exceeded)
    #expect(try verdicts(.max(.integer(100)), partial) == .unknown)
    #expect(try verdicts(.min(.integer(100)), partial) == .passed)
    #expect(try verdicts(.min(.integer(101)), partial) == .unknown)
    #expect(try verdicts(.max(.integer(1)), network(figures: ["totals.macs": .unknown])) == .unknown)
  }

  @Test func activationsOfUnknownSizeDecideOnlyWhatTheyCan() throws {
    let key = "totals.activations.peak.liveness.bytes"
    var snapshot = network(figures: [key: .integer(100)])
    func verdict(_ bound: Bound, from before: NetworkSnapshot? = nil) throws -> Judgement.Verdict? {
      let budget = Budget(limits: [Limit(figure: key, bound: bound)], unlisted: nil)
      let baseline = before.map { Baseline(networks: [$0]) }
      return try Checker(budget: budget, baseline: baseline).check(snapshot, path: "").judgements.first {
        $0.figure == key
      }?.verdict
    }
    #expect(try verdict(.max(.integer(100))) == .passed)
    snapshot.activationsAreLowerBounds = true
    #expect(try verdict(.max(.integer(99))) == .exceeded)
    #expect(try verdict(.max(.integer(100))) == .unknown)
    #expect(try verdict(.maxIncrease(.percent(0)), from: network(figures: [key: .integer(100)])) == .unknown)
    // The arena is planned, or there is none.
    #expect(!snapshot.isLowerBound("totals.activations.peak.arena.bytes"))
    #expect(!snapshot.isLowerBound("totals.macs"))
  }

  @Test func aFigureWithoutARelativeLimitMayNotGetWorse() throws {
    let baseline = Baseline(networks: [network(macs: 100)])
    func exceeded(_ after: NetworkSnapshot, _ budget: Budget? = nil) throws -> [String] {
      try Checker(budget: budget, baseline: baseline).check(after, path: "").judgements
        .filter { $0.verdict == .exceeded }.map(\.figure)
    }
    #expect(try exceeded(network(macs: 101)) == ["totals.macs"])
    #expect(try exceeded(network(macs: 99)).isEmpty)
    // What an exporter's taste decides is watched only where a limit says so.
    #expect(try exceeded(network(figures: ["totals.modelSize.fileBytes": .integer(2)])).isEmpty)
    // A limit of one's own takes the place of the rule.
    let lenient = Budget(limits: [Limit(figure: "totals.macs", bound: .maxIncrease(.percent(5)))])
    #expect(try exceeded(network(macs: 101), lenient).isEmpty)
    #expect(try exceeded(network(macs: 101), Budget(unlisted: nil)).isEmpty)
  }

  @Test func sizeOfTheReceptiveFieldIsWatchedNotJudged() throws {
    let key = "totals.receptiveField.size"
    let before = network(figures: [key: .axes([3, 3])])
    let check = try Checker(budget: nil, baseline: Baseline(networks: [before]))
      .check(network(figures: [key: .axes([3, 5])]), path: "")
    #expect(check.count(.exceeded, .warning) == 1 && !check.isExceeded)
  }

  @Test func saysWhatCannotBeCompared() throws {
    func obstacle(_ before: NetworkSnapshot, _ after: NetworkSnapshot) throws -> ComparisonObstacle? {
      try Checker(budget: nil, baseline: Baseline(networks: [before])).check(after, path: "").obstacle
    }
    var other = network()
    other.name = "m"
    #expect(try obstacle(other, network()) == .notInBaseline(known: ["m"]))
    var bound = network()
    bound.bindings = ["N": 8]
    #expect(try obstacle(bound, network()) == .otherBinding(symbol: "N", before: 8, after: nil))
    var lacking = network()
    lacking.figures["totals.macs"] = nil
    #expect(try obstacle(lacking, network()) == .missingFigure("totals.macs"))
  }

  @Test func rulesThatNeedMoreThanIsGivenAreRefused() throws {
    let relative = Limit(figure: "totals.macs", bound: .maxIncrease(.percent(1)))
    #expect(throws: CheckerError.needsBaseline(relative)) {
      try Checker(budget: Budget(limits: [relative]), baseline: nil)
    }
    let measured = Limit(figure: "profile.latencyMilliseconds.p50", bound: .max(.integer(1)))
    #expect(throws: CheckerError.needsMeasurement(measured)) {
      try Checker(budget: Budget(limits: [measured]), baseline: nil).check(network(), path: "")
    }
  }

  @Test func layersAreFoundByPattern() throws {
    let limits = [
      Limit(figure: "macs", layers: Glob("c*"), bound: .max(.integer(99))),
      Limit(line: 7, figure: "macs", layers: Glob("x*"), bound: .max(.integer(99))),
    ]
    let check = try Checker(budget: Budget(limits: limits), baseline: nil).check(network(), path: "")
    #expect(check.judgements.map(\.layer) == ["conv"] && check.isExceeded)
    #expect(check.unmatched.map(\.line) == [7])
  }
}
