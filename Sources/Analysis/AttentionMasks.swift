internal import Network
internal import Operators

/// What masks let through whose content is known ahead.
struct AttentionMasks {
  private let inferred: InferredGraph
  private var evaluation: ConstantEvaluation
  private var found: [Place: AttentionVisibility?] = [:]

  /// Layers share a mask, and what it means hangs on the lengths it is used with.
  private struct Place: Hashable {
    var mask: ValueID
    var queryLength: Dimension
    var pastLength: Dimension
  }

  /// Scores below are as good as hidden: masks are made of minus infinity, of the least number of a type, or of -10000.
  private static let hidden = -9999.0

  init(_ inferred: InferredGraph) {
    self.inferred = inferred
    evaluation = ConstantEvaluation(inferred)
  }

  /// Everything, the places up to a query's own, or a window of those; nil where the content is not known or is something
  /// else.
  mutating func visibility(of mask: ValueID, _ extents: AttentionExtents) -> AttentionVisibility? {
    let place = Place(mask: mask, queryLength: extents.queryLength, pastLength: extents.pastLength)
    if let known = found[place] { return known }
    let visibility = read(mask, extents)
    found[place] = .some(visibility)
    return visibility
  }

  private mutating func read(_ mask: ValueID, _ extents: AttentionExtents) -> AttentionVisibility? {
    guard let content = evaluation.content(of: mask), let columns = content.dimensions.last, columns > 0
    else { return nil }
    let rows = content.rank > 1 ? content.dimensions[content.rank - 2] : 1
    guard let values = content.values?.doubles, rows > 0, values.count >= rows * columns else { return nil }
    let isTruth = content.element == .bool
    let isHidden = values.map { isTruth ? $0 == 0 : $0 < Self.hidden }
    if !isHidden.contains(true) { return AttentionVisibility(isCausal: false) }
    guard rows > 1, rows == extents.queryLength else { return nil }
    // Keys of earlier calls stand before the first query's own.
    return Self.window(isHidden, rows, columns, offset: extents.pastLength ?? 0)
  }

  /// What is visible if each row shows the places up to its own, and of those all or the same number of the last ones.
  private static func window(
    _ isHidden: [Bool], _ rows: Int, _ columns: Int, offset: Int
  ) -> AttentionVisibility? {
    var left: Int?
    var reachesStart = 0
    for start in stride(from: 0, to: isHidden.count, by: columns) {
      let row = isHidden[start..<start + columns]
      let own = start / columns % rows + offset
      guard own < columns, let first = row.firstIndex(of: false), first <= start + own,
        !row[first...start + own].contains(true), !row[(start + own + 1)...].contains(false)
      else { return nil }
      let before = start + own - first
      if before == own {
        reachesStart = max(reachesStart, own)
      } else if let known = left, known != before {
        return nil
      } else {
        left = before
      }
    }
    if let left, left < reachesStart { return nil }
    return AttentionVisibility(isCausal: true, left: left)
  }
}
