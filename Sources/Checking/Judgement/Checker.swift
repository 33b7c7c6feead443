/// Holds networks against a budget and a baseline.
package struct Checker: Sendable {
  let budget: Budget
  let baseline: Baseline?

  /// nil for `baseline`: nothing to compare with, so a budget may hold no relative limit.
  package init(budget: Budget?, baseline: Baseline?) throws(CheckerError) {
    self.budget = budget ?? Budget()
    self.baseline = baseline
    if baseline == nil, let limit = self.budget.limits.first(where: { $0.bound.isRelative }) {
      throw .needsBaseline(limit)
    }
  }

  package func check(_ network: NetworkSnapshot, path: String) throws(CheckerError) -> NetworkCheck {
    let limits = budget.limits.filter { $0.applies(to: network.name) }
    for limit in limits where limit.layers == nil {
      let isMeasured = NetworkFigures.find(limit.figure)?.isMeasured ?? false
      if isMeasured, network.figures[limit.figure] == nil { throw .needsMeasurement(limit) }
    }
    var check = NetworkCheck(network: network, path: path)
    if let baseline {
      check.obstacle = obstacle(network, in: baseline, limits)
      if check.obstacle == nil { check.baseline = baseline.networks.first { $0.name == network.name } }
    }
    var alignment: LayerAlignment?
    if let before = check.baseline {
      check.changes = NetworkChanges(from: before, to: network)
      if limits.contains(where: { $0.layers != nil && $0.bound.isRelative }) {
        alignment = LayerAlignment(before, network)
      }
    }
    for limit in limits {
      // What needs the baseline has an obstacle to tell instead.
      if limit.bound.isRelative && check.baseline == nil { continue }
      if limit.layers == nil {
        check.judgements.append(judge(limit, network, check.baseline))
      } else {
        judgeLayers(limit, network, alignment, &check)
      }
    }
    if let before = check.baseline, let severity = budget.unlisted {
      let named = Set(limits.filter { $0.bound.isRelative && $0.layers == nil }.map(\.figure))
      for figure in NetworkFigures.counted where figure.isGuarded && !named.contains(figure.key) {
        if let judgement = guardFigure(figure, network, before, severity) {
          check.judgements.append(judgement)
        }
      }
    }
    return check
  }

  private func obstacle(
    _ network: NetworkSnapshot, in baseline: Baseline, _ limits: [Limit]
  ) -> ComparisonObstacle? {
    guard let before = baseline.networks.first(where: { $0.name == network.name }) else {
      return .notInBaseline(known: baseline.networks.map(\.name))
    }
    for symbol in Set(before.bindings.keys).union(network.bindings.keys).sorted()
    where before.bindings[symbol] != network.bindings[symbol] {
      return .otherBinding(
        symbol: symbol, before: before.bindings[symbol], after: network.bindings[symbol])
    }
    for limit in limits where limit.bound.isRelative && limit.layers == nil {
      switch before.figures[limit.figure] {
      case nil: return .missingFigure(limit.figure)
      case .unknown: return .unknownFigure(limit.figure)
      default: break
      }
    }
    guard budget.unlisted != nil else { return nil }
    for figure in NetworkFigures.counted where figure.isGuarded && before.figures[figure.key] == nil {
      return .missingFigure(figure.key)
    }
    return nil
  }

  private func judge(
    _ limit: Limit, _ network: NetworkSnapshot, _ baseline: NetworkSnapshot?
  ) -> Judgement {
    let unit = NetworkFigures.find(limit.figure)?.unit ?? .count
    let after = network.figures[limit.figure] ?? .unknown
    let before = baseline?.figures[limit.figure]
    let isLowerBound = network.isLowerBound(limit.figure)
    return Judgement(
      figure: limit.figure, unit: unit, before: before, after: after, isLowerBound: isLowerBound,
      rule: .limit(limit),
      verdict: limit.bound.verdict(
        before: before, after: after, isLowerBound: isLowerBound,
        comparesParts: baseline.map { network.leavesOut(sameAs: $0) } ?? false))
  }

  private func judgeLayers(
    _ limit: Limit, _ network: NetworkSnapshot, _ alignment: LayerAlignment?, _ check: inout NetworkCheck
  ) {
    guard let pattern = limit.layers, let place = LayerFigures.place(of: limit.figure) else { return }
    let figure = LayerFigures.all[place]
    var isMatched = false
    for (index, layer) in network.layers.enumerated() where pattern.matches(layer.name) {
      isMatched = true
      let partner = alignment?.reversePartner(of: index).flatMap { partner in
        check.baseline.map { $0.layers[partner] }
      }
      // A layer that is new has nothing to be compared with; the network's own figures tell what it adds.
      if limit.bound.isRelative && partner == nil { continue }
      let before = partner?[figure.key]
      let after = layer[figure.key]
      check.judgements.append(
        Judgement(
          figure: figure.key, unit: figure.unit, layer: layer.name, before: before, after: after,
          rule: .limit(limit),
          verdict: limit.bound.verdict(
            before: before, after: after, isLowerBound: false, comparesParts: true)))
    }
    if !isMatched { check.unmatched.append(limit) }
  }

  /// nil where neither knew the figure.
  private func guardFigure(
    _ figure: NetworkFigure, _ network: NetworkSnapshot, _ baseline: NetworkSnapshot, _ severity: Severity
  ) -> Judgement? {
    let before = baseline.figures[figure.key] ?? .unknown
    let after = network.figures[figure.key] ?? .unknown
    if before == .unknown && after == .unknown { return nil }
    let isLowerBound = network.isLowerBound(figure.key)
    let isDecidable = !isLowerBound && !baseline.isLowerBound(figure.key)
    let verdict: Judgement.Verdict
    switch before.comparison(to: after) {
    case nil: verdict = before == .unknown ? .improved : .unknown
    case _ where !isDecidable && baseline.uncounted != network.uncounted: verdict = .unknown
    case .same: verdict = .passed
    case .more: verdict = figure.worse == .down ? .improved : .exceeded
    case .less: verdict = figure.worse == .up ? .improved : .exceeded
    case .mixed: verdict = .exceeded
    }
    return Judgement(
      figure: figure.key, unit: figure.unit, before: before, after: after, isLowerBound: isLowerBound,
      // What is neither better nor worse is worth a word, not a failure.
      rule: .guarded(figure.worse == nil ? .warning : severity), verdict: verdict)
  }
}

/// Rules that cannot be applied to what was given.
package enum CheckerError: Error, Sendable, Hashable {
  case needsBaseline(Limit)
  case needsMeasurement(Limit)
}

extension NetworkSnapshot {
  /// Whether the totals of both leave out as much, as far as one can know.
  fileprivate func leavesOut(sameAs other: NetworkSnapshot) -> Bool {
    uncounted == other.uncounted && activationsAreLowerBounds == other.activationsAreLowerBounds
  }

  /// Whether a total leaves out what operators without a rule do, or tensors of unknown size.
  package func isLowerBound(_ figure: String) -> Bool {
    if figure.hasPrefix(NetworkFigures.activationsPrefix) {
      return activationsAreLowerBounds && !figure.hasPrefix(NetworkFigures.arenaPrefix)
    }
    return isPartial
      && [
        "totals.macs", "totals.integerMacs", "totals.flops", "totals.elementwiseOperations",
        "totals.operations",
      ].contains(figure)
  }
}
