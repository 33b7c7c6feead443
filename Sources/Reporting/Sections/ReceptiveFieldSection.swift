internal import Analysis

/// How much of the input one output element sees, and how that grows with depth.
package struct ReceptiveFieldSection: Section {
  package let title = "Receptive field"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    var blocks: [Block] = []
    if let field = subject.analysis.totals.receptiveField, !field.axes.isEmpty {
      blocks.append(.paragraph(Self.sentence(field)))
      if !field.gates.isEmpty { blocks.append(.paragraph(Self.gates(field.gates))) }
    }
    if let chart = ReceptiveFieldChart(subject) { blocks.append(.chart(chart)) }
    guard !blocks.isEmpty else { return nil }
    self.blocks = blocks
  }

  private static func sentence(_ field: ReceptiveField) -> Prose {
    let alignment: Prose =
      switch field.isAligned {
      case true?: " All paths agree on stride and centre (aligned)."
      case false?: " Paths disagree on stride or centre (not aligned): the size is that of the largest."
      case nil: ""
      }
    let verdict: Prose =
      "The last spatial feature map sees \(strong: size(field)) of the input, at stride \(extents(field.axes.map(\.stride))), padding \(extents(field.axes.map(\.padding)))."
    return verdict + alignment
  }

  private static func gates(_ gates: [String]) -> Prose {
    let shown = gates.prefix(3).map { Prose([.name($0)]) }
    let rest: Prose = gates.count > 3 ? " and \(gates.count - 3) more" : ""
    return "Left out, as they only scale what passes: " + .joined(Array(shown), separator: ", ") + rest + "."
  }

  /// `427 × 427`, or in words where the whole input is seen.
  static func size(_ field: ReceptiveField) -> String {
    if field.axes.allSatisfy({ $0.size == nil }) { return "the whole input" }
    return field.axes.map { $0.size.map(Numbers.grouped) ?? "whole" }.joined(separator: " × ")
  }

  /// One number where all axes agree.
  static func extents(_ values: [Int?]) -> String {
    if let first = values.first, values.allSatisfy({ $0 == first }) {
      return first.map(Numbers.grouped) ?? "undefined"
    }
    return values.map { $0.map(Numbers.grouped) ?? "undefined" }.joined(separator: " × ")
  }
}
