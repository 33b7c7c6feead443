/// What a section is made of. Sections make blocks and know no renderer; a renderer writes every kind of block and knows no
/// section.
package indirect enum Block: Sendable {
  /// Inside a section.
  case heading(String)
  case paragraph(Prose)
  /// A few key numbers.
  case figures([Figure])
  case table(Table)
  case chart(any Chart)
  case list([Remark])
  /// Folded away where the medium can.
  case details(title: String, [Block])
}

/// One key number, with what it counts.
package struct Figure: Sendable, Hashable {
  package var label: String
  package var value: Quantity
  /// The exact count, the other unit, where it happens ...
  package var note: Prose
  /// How it is counted.
  package var convention: Convention?

  package init(_ label: String, _ value: Quantity, note: Prose = "", convention: Convention? = nil) {
    self.label = label
    self.value = value
    self.note = note
    self.convention = convention
  }
}

/// A sentence of a list.
package struct Remark: Sendable, Hashable {
  package enum Weight: Sendable, Hashable {
    case note
    case good
    /// Something that limits what the figures can be used for.
    case caution
  }
  package var weight: Weight
  package var prose: Prose

  package init(_ weight: Weight = .note, _ prose: Prose) {
    self.weight = weight
    self.prose = prose
  }
}
