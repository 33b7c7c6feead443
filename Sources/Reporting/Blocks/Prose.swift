/// A sentence with what it quotes from the network's file marked as such: `"peaks at \(name: layer.name)"`.
package struct Prose: Sendable, Hashable, ExpressibleByStringInterpolation {
  package enum Run: Sendable, Hashable {
    case text(String)
    /// Quoted from the file, set as code.
    case name(String)
    /// What the sentence is about, set bold.
    case strong(String)
  }

  package var runs: [Run]

  package init(_ runs: [Run]) { self.runs = runs }
  package init(_ text: String) { runs = [.text(text)] }
  package init(stringLiteral value: String) { runs = [.text(value)] }
  package init(stringInterpolation: Interpolation) { runs = stringInterpolation.runs }

  package struct Interpolation: StringInterpolationProtocol {
    var runs: [Run] = []

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { runs.append(.text(literal)) }
    }
    package mutating func appendInterpolation(_ text: String) { runs.append(.text(text)) }
    package mutating func appendInterpolation(_ count: Int) { runs.append(.text(Numbers.grouped(count))) }
    package mutating func appendInterpolation(_ quantity: Quantity) { runs.append(.text(quantity.labelled)) }
    package mutating func appendInterpolation(_ prose: Prose) { runs += prose.runs }
    package mutating func appendInterpolation(name: String) { runs.append(.name(name)) }
    package mutating func appendInterpolation(strong: String) { runs.append(.strong(strong)) }
    package mutating func appendInterpolation(strong: Quantity) { runs.append(.strong(strong.labelled)) }
  }

  package static func + (left: Prose, right: Prose) -> Prose { Prose(left.runs + right.runs) }

  /// Several, with a separator between them.
  package static func joined(_ parts: [Prose], separator: String) -> Prose {
    var runs: [Run] = []
    for (index, part) in parts.enumerated() {
      if index > 0 { runs.append(.text(separator)) }
      runs += part.runs
    }
    return Prose(runs)
  }

  /// Without any marking; names as the file gives them, so not to be written anywhere unescaped.
  package var plain: String {
    runs.map { run in
      switch run {
      case .text(let text), .name(let text), .strong(let text): text
      }
    }.joined()
  }
}
