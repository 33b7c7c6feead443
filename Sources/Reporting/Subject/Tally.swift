/// A sum in which some parts are not known: what is known of it is a lower bound.
package struct Tally: Sendable, Hashable {
  package private(set) var known = 0
  package private(set) var isPartial = false

  package init(_ values: some Sequence<Int?>) {
    for value in values { add(value) }
  }

  mutating func add(_ value: Int?) {
    guard let value else {
      isPartial = true
      return
    }
    let (sum, overflow) = known.addingReportingOverflow(value)
    if overflow { isPartial = true } else { known = sum }
  }

  /// nil when nothing at all is known.
  package var value: Int? { isPartial && known == 0 ? nil : known }

  func share(of total: Int?) -> Double? {
    guard let total, total > 0, let value else { return nil }
    return Double(value) / Double(total)
  }
}
