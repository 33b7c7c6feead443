/// Writes a report as one HTML page that needs nothing else: style, script and pictures are inside, and its content policy
/// forbids any request and any script but its own.
package struct HTMLRenderer: Sendable {
  package init() {}

  package func render(_ report: Report) -> String {
    var page = Page()
    let title = Escaping.html(report.title)
    page.write(
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>\(title) – Assay</title>
      <style>\(HTMLStyle.sheet)</style>
      </head>
      <body>
      <header>
      <div><h1>\(title)</h1><p>\(Escaping.html(report.subtitle))</p></div>
      <button type="button" id="theme" hidden>Dark</button>
      </header>
      <nav aria-label="Sections"><ul>

      """)
    for (index, part) in report.parts.enumerated() {
      page.write("<li><a href=\"#s\(index)\">\(Escaping.html(part.title))</a></li>\n")
    }
    page.write("</ul></nav>\n<main>\n")
    for (index, part) in report.parts.enumerated() {
      page.write("<section id=\"s\(index)\" aria-labelledby=\"h\(index)\">\n")
      page.write("<h2 id=\"h\(index)\">\(Escaping.html(part.title))</h2>\n")
      for block in part.blocks { page.write(block) }
      page.write("</section>\n")
    }
    page.write("</main>\n<script>\(HTMLScript.code)</script>\n</body>\n</html>\n")
    return page.text
  }

  /// Nothing from anywhere; of styles and scripts, only the two of this page, by their digests.
  static let policy =
    "default-src 'none'; style-src '\(HTMLStyle.digest)'; script-src '\(HTMLScript.digest)'; base-uri 'none'; form-action 'none'"
}

/// The page while it is written.
private struct Page {
  private(set) var text = ""
  private var charts = 0

  mutating func write(_ markup: String) { text += markup }

  mutating func write(_ block: Block) {
    switch block {
    case .heading(let title): text += "<h3>\(Escaping.html(title))</h3>\n"
    case .paragraph(let prose): text += "<p>\(html(prose))</p>\n"
    case .figures(let figures): write(figures)
    case .table(let table): write(table)
    case .chart(let chart): write(chart)
    case .list(let remarks): write(remarks)
    case .details(let title, let blocks):
      text += "<details open><summary>\(Escaping.html(title))</summary>\n"
      for block in blocks { write(block) }
      text += "</details>\n"
    }
  }

  /// Percentages are not torn apart at the end of a line.
  private static func unbroken(_ text: String) -> String {
    text.split(separator: " %", omittingEmptySubsequences: false).joined(separator: "&nbsp;%")
  }

  private func html(_ prose: Prose) -> String {
    prose.runs.map { run in
      switch run {
      case .text(let text): Self.unbroken(Escaping.html(text))
      case .name(let name): "<code>\(Escaping.html(name))</code>"
      case .strong(let text): "<strong>\(Escaping.html(text))</strong>"
      }
    }.joined()
  }

  private mutating func write(_ remarks: [Remark]) {
    text += "<ul class=\"remarks\">\n"
    for remark in remarks { text += "<li class=\"\(remark.weight)\">\(html(remark.prose))</li>\n" }
    text += "</ul>\n"
  }

  private mutating func write(_ figures: [Figure]) {
    text += "<dl class=\"figures\">\n"
    for figure in figures {
      let convention = figure.convention.map { " title=\"\(Escaping.html($0.sentence))\"" } ?? ""
      text += "<div\(convention)><dt>\(Escaping.html(figure.label))</dt>"
      text += "<dd><b>\(Escaping.html(figure.value.labelled))</b>"
      if !figure.note.runs.isEmpty { text += "<span>\(html(figure.note))</span>" }
      text += "</dd></div>\n"
    }
    text += "</dl>\n"
  }

  /// Drawn for wide and for narrow pages, as text that is scaled down cannot be read; the style shows one of them.
  private mutating func write(_ chart: any Chart) {
    charts += 1
    let description = Escaping.visible(chart.summary.plain)
    text +=
      "<figure><figcaption><strong>\(Escaping.html(chart.title)).</strong> \(html(chart.summary))</figcaption>\n"
    for (style, width) in [("wide", 920.0), ("narrow", 344.0)] {
      let markup = chart.svg(width: width).markup(
        title: chart.title, description: description, identifier: "c\(charts)\(style)")
      text += "<div class=\"\(style)\">\(markup)</div>\n"
    }
    text += "</figure>\n"
  }

  private mutating func write(_ table: Table) {
    let scales = table.columns.indices.map { table.columns[$0].hasBar ? table.barScale(of: $0) : nil }
    text += "<div class=\"box\(table.isSortable ? " tall" : "")\" tabindex=\"0\" role=\"region\""
    text += " aria-label=\"\(Escaping.html(table.caption))\">"
    text += "<table\(table.isSortable ? " class=\"sortable\"" : "")>"
    text += "<caption>\(Escaping.html(table.caption))</caption>\n<thead><tr>"
    for column in table.columns {
      text += "<th scope=\"col\"\(column.alignment == .trailing ? " class=\"n\"" : "")>"
      text += "\(Escaping.html(column.title))"
      if !column.unit.isEmpty { text += " <small>\(Escaping.html(column.unit))</small>" }
      text += "</th>"
    }
    text += "</tr></thead>\n<tbody>\n"
    let head = table.columns.firstIndex { $0.alignment == .leading }
    for row in table.rows {
      text += "<tr>"
      for (index, quantity) in row.enumerated() {
        cell(
          quantity, table.columns[index], scale: scales[index], isHead: index == head,
          sortable: table.isSortable)
      }
      text += "</tr>\n"
    }
    text += "</tbody>"
    if let total = table.total {
      text += "\n<tfoot><tr>"
      for (index, quantity) in total.enumerated() {
        cell(quantity, table.columns[index], scale: nil, isHead: index == head, sortable: false)
      }
      text += "</tr></tfoot>"
    }
    text += "</table></div>\n"
  }

  private mutating func cell(
    _ quantity: Quantity, _ column: Column, scale: Double?, isHead: Bool, sortable: Bool
  ) {
    let shown = quantity.brief
    var attributes = isHead ? " scope=\"row\"" : ""
    if column.alignment == .trailing {
      attributes += " class=\"n\""
    } else if shown.count > 48 {
      attributes += " class=\"w\""
    }
    if sortable, let value = quantity.magnitude { attributes += " data-v=\"\(value)\"" }
    if let elaboration = quantity.elaboration, elaboration != shown {
      attributes += " title=\"\(Escaping.html(elaboration))\""
    }
    let element = isHead ? "th" : "td"
    text += "<\(element)\(attributes)>"
    if let scale, let value = quantity.magnitude {
      text += Self.bar(value / scale) + "<span class=\"v\">\(Escaping.html(shown))</span></\(element)>"
      return
    }
    switch quantity {
    case .name: text += "<code>\(Escaping.html(shown))</code>"
    case .remark, .unknown: text += "<i>\(Escaping.html(shown))</i>"
    default: text += Escaping.html(shown)
    }
    text += "</\(element)>"
  }

  /// `fraction` of the longest bar of the column.
  private static func bar(_ fraction: Double) -> String {
    let width = SVG.number(max(fraction, 0) * 60)
    return
      "<svg class=\"bar\" viewBox=\"0 0 60 8\" width=\"60\" height=\"8\" aria-hidden=\"true\"><rect width=\"\(width)\" height=\"8\"/></svg>"
  }
}
