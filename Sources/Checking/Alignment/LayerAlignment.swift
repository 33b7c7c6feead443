/// Which layer of one network is which of another: by structure first, so that an exporter's renaming is not a change; names
/// only decide between layers that structure cannot tell apart.
package struct LayerAlignment: Sendable {
  /// For each layer of the first network its place in the second, and the other way round; nil where it has no partner.
  package private(set) var partners: [Int?]
  package private(set) var reversePartners: [Int?]

  package init(_ before: NetworkSnapshot, _ after: NetworkSnapshot) {
    var matching = LayerMatching(LayerGraph(before), LayerGraph(after))
    matching.run()
    partners = matching.left.map { $0 < 0 ? nil : $0 }
    reversePartners = matching.right.map { $0 < 0 ? nil : $0 }
  }

  func partner(of layer: Int) -> Int? { partners.indices.contains(layer) ? partners[layer] : nil }
  func reversePartner(of layer: Int) -> Int? {
    reversePartners.indices.contains(layer) ? reversePartners[layer] : nil
  }

  /// Layers of the first network whose place among the others is another in the second: all that lie outside the longest
  /// run of partners in the same order.
  package var moved: Set<Int> {
    let pairs = partners.indices.compactMap { index in partners[index].map { (index, $0) } }
    let kept = Set(LongestIncreasingRun.of(pairs.map(\.1)).map { pairs[$0].0 })
    return Set(pairs.map(\.0).filter { !kept.contains($0) })
  }
}

/// The longest strictly increasing subsequence, in n log n.
enum LongestIncreasingRun {
  /// Places of its members in `values`.
  static func of(_ values: [Int]) -> [Int] {
    var tails: [Int] = []
    var previous = [Int](repeating: -1, count: values.count)
    for (index, value) in values.enumerated() {
      var low = 0
      var high = tails.count
      while low < high {
        let middle = (low + high) / 2
        if values[tails[middle]] < value { low = middle + 1 } else { high = middle }
      }
      previous[index] = low > 0 ? tails[low - 1] : -1
      if low == tails.count { tails.append(index) } else { tails[low] = index }
    }
    var run: [Int] = []
    var place = tails.last ?? -1
    while place >= 0 {
      run.append(place)
      place = previous[place]
    }
    return run.reversed()
  }
}
