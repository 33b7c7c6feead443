extension Bound {
  /// What the bound says of a figure. `isLowerBound`: the figure is at least `after`. `comparesParts`: what the figure leaves
  /// out is the same in the baseline, so that the two may be subtracted.
  func verdict(
    before: FigureValue?, after: FigureValue, isLowerBound: Bool, comparesParts: Bool
  ) -> Judgement.Verdict {
    guard after != .unknown else { return .unknown }
    switch self {
    case .max(let limit): return absolute(limit, after, isLowerBound, allowed: [.less, .same])
    case .min(let limit): return absolute(limit, after, isLowerBound, allowed: [.more, .same])
    case .equals(let value): return absolute(value, after, isLowerBound, allowed: [.same])
    case .maxIncrease(let amount), .maxDecrease(let amount):
      guard let before, before != .unknown, !isLowerBound || comparesParts else { return .unknown }
      return relative(amount, before, after)
    }
  }

  private func absolute(
    _ limit: FigureValue, _ after: FigureValue, _ isLowerBound: Bool, allowed: Set<FigureComparison>
  ) -> Judgement.Verdict {
    guard let comparison = limit.comparison(to: after) else { return .unknown }
    guard isLowerBound else { return allowed.contains(comparison) ? .passed : .exceeded }
    // More may come on top: only being above is certain.
    if comparison == .more { return allowed.contains(.more) ? .passed : .exceeded }
    return comparison == .same && allowed == [.more, .same] ? .passed : .unknown
  }

  private func relative(_ amount: Amount, _ before: FigureValue, _ after: FigureValue) -> Judgement.Verdict {
    let isIncrease = if case .maxIncrease = self { true } else { false }
    let comparison = before.comparison(to: after)
    if comparison == .same { return .passed }
    guard comparison == (isIncrease ? .more : .less) else { return .improved }
    let isAllowed: Bool
    switch amount {
    case .absolute(let allowed):
      let change = isIncrease ? before.difference(to: after) : after.difference(to: before)
      let comparison = change.flatMap { allowed.comparison(to: $0) }
      isAllowed = comparison == .less || comparison == .same
    case .percent(let percent):
      // Subtracted before it is rounded: large counts are neighbours as integers only.
      guard let from = before.magnitude, let change = before.difference(to: after)?.magnitude else {
        return .unknown
      }
      isAllowed = change.magnitude <= from.magnitude * percent / 100
    }
    return isAllowed ? .passed : .exceeded
  }
}
