/// What a figure of the contract is worth for one network or layer.
package enum FigureValue: Sendable, Hashable {
  /// Not known; never the same as 0.
  case unknown
  case integer(Int)
  case number(Double)
  /// One entry per spatial axis; nil where the whole input is seen or nothing is defined.
  case axes([Int?])
  case flag(Bool)

  package init(_ value: Int?) { self = value.map { .integer($0) } ?? .unknown }
  package init(_ value: Double?) { self = value.map { .number($0) } ?? .unknown }
  package init(_ value: Bool?) { self = value.map { .flag($0) } ?? .unknown }

  /// The figure as one number; nil for what is unknown and for axes.
  package var magnitude: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .flag(let value): value ? 1 : 0
    case .unknown, .axes: nil
    }
  }

  /// `other - self` of two single numbers.
  package func difference(to other: FigureValue) -> FigureValue? {
    if case .integer(let from) = self, case .integer(let to) = other {
      let (difference, overflow) = to.subtractingReportingOverflow(from)
      return overflow ? nil : .integer(difference)
    }
    guard let from = magnitude, let to = other.magnitude else { return nil }
    return .number(to - from)
  }

  /// The change in percent of `self`; nil where there is nothing to take a part of.
  package func percent(to other: FigureValue) -> Double? {
    guard let from = magnitude, let to = other.magnitude, from != 0 else { return nil }
    return (to - from) / from.magnitude * 100
  }

  /// Whether `other` is more, less or the same. Axes are more if one is more and none is less, and the whole input is
  /// more than any number; axes of which some are more and some are less, or that are not as many, are `.mixed`.
  package func comparison(to other: FigureValue) -> FigureComparison? {
    switch (self, other) {
    case (.unknown, _), (_, .unknown): return nil
    case (.integer(let from), .integer(let to)): return FigureComparison(from, to)
    case (.axes(let from), .axes(let to)):
      guard from.count == to.count else { return .mixed }
      let axes = zip(from, to).map { FigureComparison($0 ?? .max, $1 ?? .max) }
      let more = axes.contains(.more)
      let less = axes.contains(.less)
      return more && less ? .mixed : more ? .more : less ? .less : .same
    default:
      guard let from = magnitude, let to = other.magnitude else { return .mixed }
      return FigureComparison(from, to)
    }
  }
}

package enum FigureComparison: Sendable, Hashable {
  case less
  case same
  case more
  /// More in one way and less in another.
  case mixed

  init<Number: Comparable>(_ from: Number, _ to: Number) {
    self = to > from ? .more : to < from ? .less : .same
  }
}
