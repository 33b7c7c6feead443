/// Builds one `svg` element. Colours and type come from the page's classes; text from files is escaped here.
package struct SVG: Sendable {
  package let width: Double
  package let height: Double
  private var body = ""

  package enum Anchor: String, Sendable {
    case start
    case middle
    case end
  }

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// With `title`, shown when the pointer rests on it.
  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, class style: String, radius: Double = 0,
    title: String? = nil
  ) {
    let rounding = radius > 0 ? #" rx="\#(Self.number(radius))""# : ""
    body +=
      #"<rect x="\#(Self.number(x))" y="\#(Self.number(y))" width="\#(Self.number(max(width, 0)))" height="\#(Self.number(max(height, 0)))"\#(rounding) class="\#(style)""#
    close("rect", title)
  }

  mutating func circle(x: Double, y: Double, radius: Double, class style: String, title: String? = nil) {
    body +=
      #"<circle cx="\#(Self.number(x))" cy="\#(Self.number(y))" r="\#(Self.number(radius))" class="\#(style)""#
    close("circle", title)
  }

  mutating func line(from a: (x: Double, y: Double), to b: (x: Double, y: Double), class style: String) {
    body +=
      #"<line x1="\#(Self.number(a.x))" y1="\#(Self.number(a.y))" x2="\#(Self.number(b.x))" y2="\#(Self.number(b.y))" class="\#(style)"/>"#
  }

  mutating func path(_ path: Path, class style: String, title: String? = nil) {
    guard !path.data.isEmpty else { return }
    body += #"<path d="\#(path.data)" class="\#(style)""#
    close("path", title)
  }

  mutating func text(
    _ string: String, x: Double, y: Double, anchor: Anchor = .start, class style: String = "label"
  ) {
    body +=
      #"<text x="\#(Self.number(x))" y="\#(Self.number(y))" text-anchor="\#(anchor.rawValue)" class="\#(style)">\#(Escaping.html(string))</text>"#
  }

  private mutating func close(_ element: String, _ title: String?) {
    body += title.map { "><title>\(Escaping.html($0))</title></\(element)>" } ?? "/>"
  }

  /// The element, named for those who cannot see it. `identifier` is unique in its page.
  package func markup(title: String, description: String, identifier: String) -> String {
    """
    <svg viewBox="0 0 \(Self.number(width)) \(Self.number(height))" width="\(Self.number(width))" \
    height="\(Self.number(height))" role="img" aria-labelledby="\(identifier)-t \(identifier)-d">\
    <title id="\(identifier)-t">\(Escaping.html(title))</title>\
    <desc id="\(identifier)-d">\(Escaping.html(description))</desc>\(body)</svg>
    """
  }

  /// A coordinate to a tenth of a pixel; what is no number is put at 0, so that a page is never broken.
  package static func number(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e6 else { return "0" }
    let tenths = Int((value * 10).rounded())
    if tenths % 10 == 0 { return "\(tenths / 10)" }
    let sign = tenths < 0 ? "-" : ""
    return "\(sign)\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }

  /// About how wide a label is at 11 pixels.
  static func width(of label: String) -> Double { 6.1 * Double(label.count) }

  /// Shortened in the middle so as to fit, or nil if less than four characters would be left.
  static func fitted(_ label: String, into width: Double) -> String? {
    let room = Int(width / 6.1)
    if label.count <= room { return label }
    guard room >= 5 else { return nil }
    let tail = (room - 1) / 2
    return "\(label.prefix(room - 1 - tail))…\(label.suffix(tail))"
  }
}

/// The `d` of a path.
struct Path: Sendable {
  private(set) var data = ""

  mutating func move(to point: (x: Double, y: Double)) {
    data += "M\(SVG.number(point.x)) \(SVG.number(point.y))"
  }
  mutating func line(to point: (x: Double, y: Double)) {
    data += "L\(SVG.number(point.x)) \(SVG.number(point.y))"
  }
  mutating func horizontal(to x: Double) { data += "H\(SVG.number(x))" }
  mutating func vertical(to y: Double) { data += "V\(SVG.number(y))" }
  mutating func closed() { data += "Z" }
}
