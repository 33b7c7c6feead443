/// Aligns two short lists of layers in order so that the sum of likenesses is largest (Needleman and Wunsch 1970, gaps
/// cost nothing).
enum GapAlignment {
  /// Cells of one table, and of all together: an attacker's networks share nothing and would fill 100,000 x 100,000.
  static let tableCells = 1 << 21
  static let totalCells = 1 << 24

  static func pairs(
    _ some: [Int], _ others: [Int], _ before: LayerGraph, _ after: LayerGraph, effort: inout Int
  ) -> [(Int, Int)] {
    guard !some.isEmpty, !others.isEmpty else { return [] }
    let (cells, overflow) = some.count.multipliedReportingOverflow(by: others.count)
    guard !overflow, cells <= tableCells, cells <= effort else { return byName(some, others, before, after) }
    effort -= cells
    let width = others.count + 1
    var best = [Int32](repeating: 0, count: (some.count + 1) * width)
    for i in some.indices.reversed() {
      for j in others.indices.reversed() {
        let skipped = max(best[(i + 1) * width + j], best[i * width + j + 1])
        let likeness = likeness(some[i], others[j], before, after)
        best[i * width + j] = likeness > 0 ? max(skipped, best[(i + 1) * width + j + 1] + likeness) : skipped
      }
    }
    var result: [(Int, Int)] = []
    var (i, j) = (0, 0)
    while i < some.count, j < others.count {
      let here = best[i * width + j]
      let likeness = likeness(some[i], others[j], before, after)
      if likeness > 0, here == best[(i + 1) * width + j + 1] + likeness {
        result.append((some[i], others[j]))
        i += 1
        j += 1
      } else if here == best[(i + 1) * width + j] {
        i += 1
      } else {
        j += 1
      }
    }
    return result
  }

  /// 0: not the same layer in any sense.
  private static func likeness(_ a: Int, _ b: Int, _ before: LayerGraph, _ after: LayerGraph) -> Int32 {
    let structure: Int32 =
      before.exact[a] == after.exact[b]
      ? 8 : before.shape[a] == after.shape[b] ? 5 : before.kind[a] == after.kind[b] ? 3 : 0
    return structure + (before.names[a] == after.names[b] ? 4 : 0)
  }

  /// Without a table: layers of one name and kind.
  private static func byName(
    _ some: [Int], _ others: [Int], _ before: LayerGraph, _ after: LayerGraph
  ) -> [(Int, Int)] {
    var places: [String: Int] = [:]
    for layer in others where places[after.names[layer]] == nil { places[after.names[layer]] = layer }
    return some.compactMap { layer in
      guard let other = places[before.names[layer]], before.kind[layer] == after.kind[other] else {
        return nil
      }
      places[before.names[layer]] = nil
      return (layer, other)
    }
  }
}
