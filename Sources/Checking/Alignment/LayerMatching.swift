/// Finds partners step by step, from what can hardly be wrong to what is merely likely.
struct LayerMatching {
  let before: LayerGraph
  let after: LayerGraph
  /// Partners of layers of `before` and of `after`; -1 where there is none yet.
  private(set) var left: [Int]
  private(set) var right: [Int]

  init(_ before: LayerGraph, _ after: LayerGraph) {
    self.before = before
    self.after = after
    left = Array(repeating: -1, count: before.count)
    right = Array(repeating: -1, count: after.count)
  }

  private enum Rule {
    /// Alike and of one name.
    case named
    /// Alike, and no other on either side is.
    case unique
    /// Alike and as many on either side: nothing but their order tells them apart.
    case ordered
  }

  mutating func run() {
    let levels = [(before.exact, after.exact), (before.shape, after.shape), (before.kind, after.kind)]
    // The same from input to output, at the finest level at which that holds.
    matchWhole(levels[0])
    guard !isDone else { return }
    if namesAreKept(levels[0]) {
      for level in levels { matchNames(level) }
    }
    matchEnds(levels[0])
    matchNeighbours(levels[0])
    for level in levels.dropFirst() {
      guard !isDone else { return }
      matchWhole(level)
    }
    for level in levels {
      guard !isDone else { return }
      matchEnds(level)
      matchNeighbours(level)
      matchSurroundings(level)
    }
    matchGaps()
  }

  private var isDone: Bool { !left.contains(-1) || !right.contains(-1) }

  private typealias Labels = (before: [UInt64], after: [UInt64])

  private mutating func matchWhole(_ labels: Labels) {
    let keys = (
      combine(before.ancestry(labels.before), before.progeny(labels.before)),
      combine(after.ancestry(labels.after), after.progeny(labels.after))
    )
    match(keys, .named)
    match(keys, .unique)
    match(keys, .ordered)
  }

  /// Whether what can be told apart by structure alone has its old name. Names made of module paths do; numbers that an
  /// exporter counts up shift behind every change, and would lead astray.
  private func namesAreKept(_ labels: Labels) -> Bool {
    let up = (before.ancestry(labels.before), after.ancestry(labels.after))
    let down = (before.progeny(labels.before), after.progeny(labels.after))
    return [up, down].allSatisfy { keys in
      let pairs = Self.uniquePairs(keys)
      // Alike blocks in a row may be told apart wrongly here, so not all have to agree.
      return pairs.count { before.names[$0.0] == after.names[$0.1] } * 3 >= pairs.count * 2
    }
  }

  /// Layers whose keys stand once on either side.
  private static func uniquePairs(_ keys: Labels) -> [(Int, Int)] {
    func places(_ keys: [UInt64]) -> [UInt64: Int] {
      Dictionary(keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { _, _ in -1 })
    }
    let others = places(keys.after)
    return places(keys.before).compactMap { key, layer in
      guard layer >= 0, let other = others[key], other >= 0 else { return nil }
      return (layer, other)
    }
  }

  /// Layers of one name that look alike, and whose surroundings do as far as possible.
  private mutating func matchNames(_ labels: Labels) {
    for rounds in [2, 1, 0] {
      match(
        (
          before.surroundings(labels.before, rounds: rounds), after.surroundings(labels.after, rounds: rounds)
        ), .named)
    }
  }

  /// What is the same from the inputs up to a layer, or from a layer on to the outputs.
  private mutating func matchEnds(_ labels: Labels) {
    let up = (before.ancestry(labels.before), after.ancestry(labels.after))
    let down = (before.progeny(labels.before), after.progeny(labels.after))
    match(up, .named)
    match(down, .named)
    let near = (before.surroundings(labels.before, rounds: 2), after.surroundings(labels.after, rounds: 2))
    match((combine(up.0, near.0), combine(up.1, near.1)), .unique)
    match((combine(down.0, near.0), combine(down.1, near.1)), .unique)
    match(up, .unique)
    match(down, .unique)
  }

  private mutating func matchSurroundings(_ labels: Labels) {
    for rounds in [3, 2, 1] {
      let near = (
        before.surroundings(labels.before, rounds: rounds), after.surroundings(labels.after, rounds: rounds)
      )
      match(near, .named)
      match(near, .unique)
      matchNeighbours(labels)
    }
  }

  private func combine(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
    zip(a, b).map { StructuralHash.combined($0, $1) }
  }

  private mutating func pair(_ a: Int, _ b: Int) {
    left[a] = b
    right[b] = a
  }

  private mutating func match(_ keys: Labels, _ rule: Rule) {
    var groups: [UInt64: (before: [Int], after: [Int])] = [:]
    for layer in left.indices where left[layer] < 0 {
      groups[keys.before[layer], default: ([], [])].before.append(layer)
    }
    for layer in right.indices where right[layer] < 0 {
      if groups[keys.after[layer]] != nil { groups[keys.after[layer]]?.after.append(layer) }
    }
    for group in groups.values where !group.after.isEmpty {
      switch rule {
      case .named: pairByName(group.before, group.after)
      case .unique:
        if group.before.count == 1, group.after.count == 1 { pair(group.before[0], group.after[0]) }
      case .ordered:
        if group.before.count == group.after.count {
          for (a, b) in zip(group.before, group.after) { pair(a, b) }
        }
      }
    }
  }

  private mutating func pairByName(_ some: [Int], _ others: [Int]) {
    if some.count == 1, others.count == 1 {
      if before.names[some[0]] == after.names[others[0]] { pair(some[0], others[0]) }
      return
    }
    // A name that stands for several layers tells nothing.
    var places: [String: Int] = [:]
    for layer in others { places[after.names[layer]] = places[after.names[layer]] == nil ? layer : -1 }
    var seen: Set<String> = []
    for layer in some where seen.insert(before.names[layer]).inserted {
      if let other = places[before.names[layer]], other >= 0 {
        pair(layer, other)
        places[before.names[layer]] = -1
      }
    }
  }

  /// Spreads from partners to what they read and what reads them, as long as both sides look alike.
  private mutating func matchNeighbours(_ labels: Labels) {
    var queue = left.indices.filter { left[$0] >= 0 }
    var next = 0
    while next < queue.count {
      let a = queue[next]
      let b = left[a]
      next += 1
      for (one, other) in zip(before.producers(of: a), after.producers(of: b))
      where one >= 0 && other >= 0 && left[one] < 0 && right[other] < 0
        && labels.before[one] == labels.after[other]
      {
        pair(one, other)
        queue.append(one)
      }
      matchReaders(of: a, b, labels, &queue)
    }
  }

  private mutating func matchReaders(of a: Int, _ b: Int, _ labels: Labels, _ queue: inout [Int]) {
    // Last first, so that taking the first is cheap however many read one tensor.
    var open: [UInt64: [Int]] = [:]
    for reader in after.consumers(of: b).reversed() where right[reader.layer] < 0 {
      open[StructuralHash.combined(labels.after[reader.layer], UInt64(reader.place)), default: []]
        .append(reader.layer)
    }
    guard !open.isEmpty else { return }
    for reader in before.consumers(of: a) where left[reader.layer] < 0 {
      let key = StructuralHash.combined(labels.before[reader.layer], UInt64(reader.place))
      guard let group = open.index(forKey: key),
        let other = takeReader(&open.values[group], called: before.names[reader.layer])
      else { continue }
      pair(reader.layer, other)
      queue.append(reader.layer)
    }
  }

  /// The one of that name, if it is among the next few, else the next; nil if all have partners.
  private func takeReader(_ candidates: inout [Int], called name: String) -> Int? {
    let named = candidates.suffix(32).lastIndex { after.names[$0] == name }
    guard let place = named ?? candidates.indices.last else { return nil }
    let layer = candidates.remove(at: place)
    return right[layer] < 0 ? layer : nil
  }
}

extension LayerMatching {
  /// Aligns what is left between partners that keep their order, by likeness.
  private mutating func matchGaps() {
    let pairs = left.indices.filter { left[$0] >= 0 }
    let anchors = LongestIncreasingRun.of(pairs.map { left[$0] }).map { pairs[$0] }
    var effort = GapAlignment.totalCells
    var start = (0, 0)
    for anchor in anchors + [before.count] {
      let end = anchor < before.count ? (anchor, left[anchor]) : (before.count, after.count)
      let some = (start.0..<end.0).filter { left[$0] < 0 }
      let others = (start.1..<end.1).filter { right[$0] < 0 }
      for (a, b) in GapAlignment.pairs(some, others, before, after, effort: &effort) { pair(a, b) }
      start = (min(end.0 + 1, before.count), min(end.1 + 1, after.count))
    }
  }
}
