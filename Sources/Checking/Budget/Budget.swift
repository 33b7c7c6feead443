/// What a network may cost: the content of a budget file.
package struct Budget: Sendable {
  package static let schema = "assay-budget/1"

  package var limits: [Limit]
  /// How a guarded figure that got worse against the baseline is judged where no relative limit names it; nil: not at all.
  package var unlisted: Severity?

  package init(limits: [Limit] = [], unlisted: Severity? = .error) {
    self.limits = limits
    self.unlisted = unlisted
  }

  /// Whether a baseline is needed.
  package var isRelative: Bool { limits.contains { $0.bound.isRelative } }
}

package enum Severity: String, Sendable, Hashable, CaseIterable {
  case error
  case warning
}

/// One limit on one figure.
package struct Limit: Sendable, Hashable {
  /// Where it stands in the budget file.
  package var line: Int
  /// A key of `NetworkFigures`, or of `LayerFigures` where `layers` is given.
  package var figure: String
  /// nil: every network.
  package var networks: Glob?
  /// Layers by their names; nil: the network as a whole.
  package var layers: Glob?
  package var bound: Bound
  package var severity: Severity
  /// Why, in the words of whoever wrote the budget.
  package var reason: String

  package init(
    line: Int = 0, figure: String, networks: Glob? = nil, layers: Glob? = nil, bound: Bound,
    severity: Severity = .error, reason: String = ""
  ) {
    self.line = line
    self.figure = figure
    self.networks = networks
    self.layers = layers
    self.bound = bound
    self.severity = severity
    self.reason = reason
  }

  package func applies(to network: String) -> Bool { networks?.matches(network) ?? true }
}

package enum Bound: Sendable, Hashable {
  case max(FigureValue)
  case min(FigureValue)
  case equals(FigureValue)
  case maxIncrease(Amount)
  case maxDecrease(Amount)

  package var isRelative: Bool {
    switch self {
    case .max, .min, .equals: false
    case .maxIncrease, .maxDecrease: true
    }
  }
}

/// How far a figure may move.
package enum Amount: Sendable, Hashable {
  /// In the figure's own unit.
  case absolute(FigureValue)
  case percent(Double)
}
