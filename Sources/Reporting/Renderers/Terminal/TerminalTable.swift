/// A table in columns of characters.
struct TerminalTable {
  enum Role {
    case caption
    case heading
    case rule
    case row
    case total
  }

  struct Line {
    var role: Role
    var text: String
  }

  private(set) var lines: [Line] = []

  private static let gap = 2
  private static let barWidth = 10
  /// Text columns give up room down to this many characters before a column is left out.
  private static let leastText = 14

  init(_ table: Table, width limit: Int?) {
    let cells = Self.cells(of: table)
    let natural = Self.naturalWidths(of: table, cells)
    let shown = Self.shownColumns(of: table, natural, limit: limit)
    let widths = Self.widths(of: shown, table: table, natural, limit: limit)
    func line(_ role: Role, _ row: [Cell]) -> Line {
      Line(role: role, text: Self.text(of: row, shown, widths, table))
    }
    if !table.caption.isEmpty {
      let caption = Escaping.visible(table.caption)
      lines.append(
        Line(role: .caption, text: limit.map { DisplayWidth.fitted(caption, into: $0) } ?? caption))
    }
    lines.append(line(.heading, table.columns.map { Cell($0.heading) }))
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    lines.append(Line(role: .rule, text: rule))
    lines.reserveCapacity(lines.count + cells.rows.count + 3)
    for row in cells.rows { lines.append(line(.row, row)) }
    if let total = cells.total {
      lines.append(Line(role: .rule, text: rule))
      lines.append(line(.total, total))
    }
    let hidden = table.columns.count - shown.count
    if hidden > 0 {
      lines.append(
        Line(role: .caption, text: "(\(Numbers.plural(hidden, "column")) left out for lack of room)"))
    }
  }

  /// One row: cells two spaces apart, padded to the widths of their columns, without spaces at the end.
  private static func text(of row: [Cell], _ shown: [Int], _ widths: [Int], _ table: Table) -> String {
    var line: [UInt8] = []
    line.reserveCapacity(widths.reduce(0, +) * 3 / 2 + gap * widths.count)
    let space = UInt8(ascii: " ")
    for (place, column) in shown.enumerated() {
      if place > 0 { line.append(contentsOf: repeatElement(space, count: gap)) }
      let width = widths[place]
      let cell =
        row[column].width > width ? Cell(DisplayWidth.fitted(row[column].text, into: width)) : row[column]
      let padding = repeatElement(space, count: max(width - cell.width, 0))
      if table.columns[column].alignment == .trailing { line.append(contentsOf: padding) }
      line.append(contentsOf: cell.text.utf8)
      if table.columns[column].alignment == .leading { line.append(contentsOf: padding) }
    }
    while line.last == space { line.removeLast() }
    return String(decoding: line, as: UTF8.self)
  }

  /// What stands in a row under a column, and how many columns of the terminal it takes.
  private struct Cell {
    var text: String
    var width: Int

    init(_ text: String) {
      self.text = text
      width = DisplayWidth.of(text)
    }
  }

  private typealias Cells = (rows: [[Cell]], total: [Cell]?)

  private static func cells(of table: Table) -> Cells {
    let scales = table.columns.indices.map { table.columns[$0].hasBar ? table.barScale(of: $0) : nil }
    let textWidths = table.columns.indices.map { column in
      scales[column] == nil ? 0 : table.rows.reduce(0) { max($0, DisplayWidth.of($1[column].exact)) }
    }
    let rows = table.rows.map { row in
      row.indices.map { column -> Cell in
        let text = Escaping.visible(row[column].exact)
        guard let scale = scales[column], let value = row[column].magnitude else { return Cell(text) }
        let bar = DisplayWidth.padded(TextBar.drawn(value / scale, width: barWidth), to: barWidth)
        return Cell(bar + " " + DisplayWidth.padded(text, to: textWidths[column], trailing: true))
      }
    }
    return (rows, table.total.map { $0.map { Cell(Escaping.visible($0.exact)) } })
  }

  /// What each column takes where nothing is cut.
  private static func naturalWidths(of table: Table, _ cells: Cells) -> [Int] {
    var widths = table.columns.map { DisplayWidth.of($0.heading) }
    for row in cells.rows {
      for column in row.indices { widths[column] = max(widths[column], row[column].width) }
    }
    for (column, cell) in (cells.total ?? []).enumerated() {
      widths[column] = max(widths[column], cell.width)
    }
    return widths
  }

  /// Columns of the highest priority number are left out until the rest fits.
  private static func shownColumns(of table: Table, _ natural: [Int], limit: Int?) -> [Int] {
    var shown = Array(table.columns.indices)
    guard let limit else { return shown }
    func least(_ column: Int) -> Int {
      table.columns[column].alignment == .leading ? min(natural[column], leastText) : natural[column]
    }
    while shown.count > 1, shown.reduce(-gap, { $0 + least($1) + gap }) > limit {
      guard let last = shown.map({ table.columns[$0].priority }).max(), last > 0 else {
        if shown.count == 2 { break }
        shown.removeLast()
        continue
      }
      shown.removeAll { table.columns[$0].priority == last }
    }
    return shown
  }

  /// Natural widths; where they do not fit, the widest text column gives up room first.
  private static func widths(of shown: [Int], table: Table, _ natural: [Int], limit: Int?) -> [Int] {
    var widths = shown.map { natural[$0] }
    guard let limit else { return widths }
    var excess = widths.reduce(-gap) { $0 + $1 + gap } - limit
    while excess > 0 {
      let candidates = widths.indices.filter {
        table.columns[shown[$0]].alignment == .leading && widths[$0] > leastText
      }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}

/// How many columns of a terminal a text takes.
package enum DisplayWidth {
  package static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    // Below the combining marks, and among arrows and mathematical signs, every scalar stands for itself.
    if text.unicodeScalars.allSatisfy({ $0.value < 0x300 || (0x2190...0x22FF).contains($0.value) }) {
      return text.unicodeScalars.count
    }
    return text.reduce(0) { $0 + of($1) }
  }

  private static func of(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    return switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      2
    default: scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
    }
  }

  package static func padded(_ text: String, to width: Int, trailing: Bool = false) -> String {
    let padding = String(repeating: " ", count: max(width - of(text), 0))
    return trailing ? padding + text : text + padding
  }

  /// Shortened in the middle, where names differ least.
  package static func fitted(_ text: String, into width: Int) -> String {
    guard of(text) > width, width > 1 else { return text }
    var head = ""
    var tail = ""
    var room = width - 1
    var front = text[...]
    while room > 0, let first = front.first, of(first) <= room {
      let takesFront = of(head) <= of(tail)
      guard let next = takesFront ? first : front.last, of(next) <= room else { break }
      if takesFront {
        head.append(next)
        front.removeFirst()
      } else {
        tail = String(next) + tail
        front.removeLast()
      }
      room -= of(next)
    }
    return head + "…" + tail
  }
}
