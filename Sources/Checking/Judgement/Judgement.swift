/// One figure held against one rule.
package struct Judgement: Sendable {
  package enum Verdict: String, Sendable, Hashable {
    case passed
    /// Within the rule, and better than the baseline.
    case improved
    case exceeded
    /// The figure is not known, or only a part of it, and what is known does not decide.
    case unknown
  }

  package enum Rule: Sendable, Hashable {
    case limit(Limit)
    /// No limit names the figure: it may not get worse than the baseline.
    case guarded(Severity)
    /// No limit names the measured time: it may not grow by more than the tolerance, a part of 1.
    case measured(Severity, tolerance: Double)
  }

  package var figure: String
  package var unit: FigureUnit
  /// nil: the network as a whole.
  package var layer: String?
  /// In the baseline; nil where the rule needs none.
  package var before: FigureValue?
  package var after: FigureValue
  /// Whether `after` is the part that is known of a larger figure.
  package var isLowerBound: Bool
  package var rule: Rule
  package var verdict: Verdict

  package var severity: Severity {
    switch rule {
    case .limit(let limit): limit.severity
    case .guarded(let severity), .measured(let severity, _): severity
    }
  }

  package init(
    figure: String, unit: FigureUnit, layer: String? = nil, before: FigureValue? = nil, after: FigureValue,
    isLowerBound: Bool = false, rule: Rule, verdict: Verdict
  ) {
    self.figure = figure
    self.unit = unit
    self.layer = layer
    self.before = before
    self.after = after
    self.isLowerBound = isLowerBound
    self.rule = rule
    self.verdict = verdict
  }
}

/// Everything a check says of one network.
package struct NetworkCheck: Sendable {
  package var network: NetworkSnapshot
  /// As given on the command line; annotations point at it.
  package var path: String
  package var baseline: NetworkSnapshot?
  package var judgements: [Judgement]
  /// Against the baseline.
  package var changes: NetworkChanges?
  /// Limits that no layer of this network matches.
  package var unmatched: [Limit]
  /// Why the baseline says nothing of this network.
  package var obstacle: ComparisonObstacle?
  /// The measured time against that of the baseline; nil where nothing was measured.
  package private(set) var measured: MeasuredCheck?

  package init(
    network: NetworkSnapshot, path: String, baseline: NetworkSnapshot? = nil, judgements: [Judgement] = [],
    changes: NetworkChanges? = nil, unmatched: [Limit] = [], obstacle: ComparisonObstacle? = nil
  ) {
    self.network = network
    self.path = path
    self.baseline = baseline
    self.judgements = judgements
    self.changes = changes
    self.unmatched = unmatched
    self.obstacle = obstacle
  }

  package func count(_ verdict: Judgement.Verdict, _ severity: Severity) -> Int {
    judgements.count { $0.verdict == verdict && $0.severity == severity }
  }

  /// Adds what was measured, as a row before the others.
  package mutating func add(_ measured: MeasuredCheck) {
    self.measured = measured
    judgements.insert(measured.row, at: 0)
  }

  package var isExceeded: Bool { count(.exceeded, .error) > 0 }
  package var isIncomplete: Bool { network.isPartial || judgements.contains { $0.verdict == .unknown } }
}

/// Why a network cannot be held against a baseline.
package enum ComparisonObstacle: Sendable, Hashable {
  case notInBaseline(known: [String])
  /// The figures were taken with other extents.
  case otherBinding(symbol: String, before: Int?, after: Int?)
  /// The baseline does not hold a figure that a rule needs.
  case missingFigure(String)
  /// The baseline holds it as unknown.
  case unknownFigure(String)
  /// Times are to be compared and the baseline holds none.
  case notMeasured
  /// The baseline's times are of another machine or another setting: what differs.
  case otherConditions([String])
}
