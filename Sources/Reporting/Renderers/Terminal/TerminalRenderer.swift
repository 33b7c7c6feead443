/// Writes a report for a terminal: aligned, no wider than asked, colours if wanted.
package struct TerminalRenderer: Sendable {
  /// Columns; nil for as wide as it takes, as into a pipe.
  package var width: Int?
  package var usesColor: Bool

  package init(width: Int? = nil, usesColor: Bool = false) {
    self.width = width
    self.usesColor = usesColor
  }

  package func render(_ report: Report) -> String {
    var text = styled(Escaping.visible(report.title), .bold) + "\n"
    for (index, part) in report.parts.enumerated() {
      if index > 0 { text += "\n" + styled(part.title, .bold) + "\n" }
      for (place, block) in part.blocks.enumerated() {
        if place > 0 { text += "\n" }
        text += render(block)
      }
    }
    return text
  }

  private func render(_ block: Block) -> String {
    switch block {
    case .heading(let title): styled(title, .bold) + "\n"
    case .paragraph(let prose): wrapped(plain(prose), indent: "") + "\n"
    case .figures(let figures): render(figures)
    case .table(let table):
      TerminalTable(table, width: width).lines.reduce(into: "") { $0 += styled($1) + "\n" }
    case .chart(let chart):
      wrapped(plain(chart.summary), indent: "") + "\n" + chart.inWords.map(render).joined()
    case .list(let remarks): remarks.map(render).joined()
    case .details(_, let blocks): blocks.map(render).joined(separator: "\n")
    }
  }

  private func render(_ remark: Remark) -> String {
    let mark =
      switch remark.weight {
      case .note: "-"
      case .good: styled("✓", .green)
      case .caution: styled("!", .yellow)
      }
    return "\(mark) " + wrapped(plain(remark.prose), indent: "  ") + "\n"
  }

  /// Labels, values and notes in three columns.
  private func render(_ figures: [Figure]) -> String {
    let labels = figures.map { DisplayWidth.of($0.label) }.max() ?? 0
    let values = figures.map { DisplayWidth.of($0.value.labelled) }.max() ?? 0
    return figures.map { figure in
      let value = Escaping.visible(figure.value.labelled)
      let label = DisplayWidth.padded(figure.label, to: labels)
      let line = "\(label)  \(styled(DisplayWidth.padded(value, to: values, trailing: true), .bold))"
      let note = plain(figure.note)
      guard !note.isEmpty else { return line + "\n" }
      let room = width.map { $0 - labels - values - 4 } ?? Int.max
      return line + "  " + styled(DisplayWidth.fitted(note, into: max(room, 8)), .dim) + "\n"
    }.joined()
  }

  private func plain(_ prose: Prose) -> String { Escaping.visible(prose.plain) }

  private func styled(_ line: TerminalTable.Line) -> String {
    switch line.role {
    case .caption, .rule: styled(line.text, .dim)
    case .heading, .total: styled(line.text, .bold)
    case .row: line.text
    }
  }

  private enum Style: String {
    case bold = "1"
    case dim = "2"
    case green = "32"
    case yellow = "33"
  }

  private func styled(_ text: String, _ style: Style) -> String {
    usesColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Broken at spaces so as to fit the width.
  private func wrapped(_ text: String, indent: String) -> String {
    guard let width else { return text }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty,
        DisplayWidth.of(line) + 1 + DisplayWidth.of(String(word)) > max(width - indent.count, 20)
      {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    if !line.isEmpty { lines.append(line) }
    return lines.joined(separator: "\n" + indent)
  }
}
