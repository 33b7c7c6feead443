/// Rows of quantities under typed columns.
package struct Table: Sendable {
  package var caption: String
  package var columns: [Column]
  package var rows: [[Quantity]]
  /// A last row that sums up the others.
  package var total: [Quantity]?
  /// Whether the reader can order its rows and pick among them, where the medium can.
  package var isSortable: Bool

  package init(
    _ caption: String, columns: [Column], rows: [[Quantity]], total: [Quantity]? = nil,
    isSortable: Bool = false
  ) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.total = total
    self.isSortable = isSortable
  }

  /// The largest value of a column, which its bars are drawn against; nil if there is none above zero.
  func barScale(of column: Int) -> Double? {
    let largest = rows.compactMap { $0[column].magnitude }.max() ?? 0
    return largest > 0 ? largest : nil
  }
}

package struct Column: Sendable, Hashable {
  package enum Alignment: Sendable, Hashable {
    case leading
    case trailing
  }

  package var title: String
  /// What the numbers are in, where the title does not say it.
  package var unit: String
  package var alignment: Alignment
  /// Whether a bar from zero is drawn beside the number.
  package var hasBar: Bool
  /// Columns of a higher number give way first where there is little room; 0 always stays.
  package var priority: Int

  package init(
    _ title: String, unit: String = "", alignment: Alignment = .trailing, hasBar: Bool = false,
    priority: Int = 0
  ) {
    self.title = title
    self.unit = unit
    self.alignment = alignment
    self.hasBar = hasBar
    self.priority = priority
  }

  package static func text(_ title: String, priority: Int = 0) -> Column {
    Column(title, alignment: .leading, priority: priority)
  }

  /// `time, ms`
  var heading: String { unit.isEmpty ? title : title.isEmpty ? unit : "\(title), \(unit)" }
}
