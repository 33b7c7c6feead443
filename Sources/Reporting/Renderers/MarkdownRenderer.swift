/// Writes a report in GitHub-flavoured Markdown: charts in words and bars of characters, long tables folded.
package struct MarkdownRenderer: Sendable {
  package init() {}

  package func render(_ report: Report) -> String {
    var text = "# \(Escaping.markdown(report.title))\n\n\(Escaping.markdown(report.subtitle)), by Assay.\n"
    for part in report.parts {
      text += "\n## \(Escaping.markdown(part.title))\n"
      for block in part.blocks { text += "\n" + render(block) }
    }
    return text
  }

  private func render(_ block: Block) -> String {
    switch block {
    case .heading(let title): return "### \(Escaping.markdown(title))\n"
    case .paragraph(let prose): return markdown(prose) + "\n"
    case .figures(let figures): return render(figures)
    case .table(let table): return render(table)
    case .chart(let chart):
      let words = chart.inWords.map { "\n" + render($0) }.joined()
      return "**\(Escaping.markdown(chart.title)).** \(markdown(chart.summary))\n" + words
    case .list(let remarks): return remarks.map { "- \(markdown($0.prose))\n" }.joined()
    case .details(let title, let blocks):
      let content = blocks.map { "\n" + render($0) }.joined()
      return "<details>\n<summary>\(Escaping.html(title))</summary>\n\(content)\n</details>\n"
    }
  }

  private func markdown(_ prose: Prose) -> String {
    prose.runs.map { run in
      switch run {
      case .text(let text): Escaping.markdown(text)
      case .name(let name): Escaping.markdownName(name)
      case .strong(let text): "**\(Escaping.markdown(text))**"
      }
    }.joined()
  }

  private func render(_ figures: [Figure]) -> String {
    var text = "| Figure | Value | |\n|:--|--:|:--|\n"
    for figure in figures {
      text +=
        "| \(Escaping.markdown(figure.label)) | **\(Escaping.markdown(figure.value.labelled))** | \(markdown(figure.note)) |\n"
    }
    return text
  }

  private func render(_ table: Table) -> String {
    let scales = table.columns.indices.map { table.columns[$0].hasBar ? table.barScale(of: $0) : nil }
    var text = table.caption.isEmpty ? "" : "\(Escaping.markdown(table.caption)):\n\n"
    text += "| " + table.columns.map { Escaping.markdown($0.heading) }.joined(separator: " | ") + " |\n"
    text +=
      "|" + table.columns.map { $0.alignment == .trailing ? "--:" : ":--" }.joined(separator: "|") + "|\n"
    for row in table.rows {
      let cells = row.enumerated().map { cell($0.element, scale: scales[$0.offset]) }
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    if let total = table.total {
      let cells = total.map { quantity -> String in
        let text = cell(quantity, scale: nil)
        return text.isEmpty || text == "—" ? text : "**\(text)**"
      }
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    return text
  }

  private func cell(_ quantity: Quantity, scale: Double?) -> String {
    switch quantity {
    case .name(let name): return Escaping.markdownName(name)
    case .remark(let text): return text.isEmpty ? "" : "*\(Escaping.markdown(text))*"
    default:
      let text = Escaping.markdown(quantity.exact)
      guard let scale, let value = quantity.magnitude else { return text }
      return "\(TextBar.drawn(value / scale, width: 10)) \(text)"
    }
  }
}

/// Bars made of block characters, in eighths of a character.
enum TextBar {
  static func drawn(_ fraction: Double, width: Int) -> String {
    let eighths = Int((min(max(fraction, 0), 1) * Double(width) * 8).rounded())
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + partial
  }
}
