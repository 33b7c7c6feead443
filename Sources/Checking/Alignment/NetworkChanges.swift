/// What became of a network's layers since its baseline.
package struct NetworkChanges: Sendable {
  /// In the order of execution, removed layers where they were.
  package var layers: [LayerChange]
  /// Layers that are as they were but see more or less of the input, or run while more or less is alive, because of others.
  package var affected: Int
  /// Layers with another name and nothing else new.
  package var renamed: Int
  package var unchanged: Int

  package var isEmpty: Bool { layers.isEmpty }
}

/// One layer that is not as it was.
package struct LayerChange: Sendable {
  package enum Kind: String, Sendable, Hashable {
    case added
    case removed
    case changed
    case moved
  }

  package struct FigureChange: Sendable {
    package var figure: LayerFigure
    package var before: FigureValue
    package var after: FigureValue
  }

  package var kind: Kind
  /// As it is called now; as it was called if it is gone.
  package var name: String
  package var operators: [String]
  /// What it is made of, where that differs: for example `float[64,3,3,3] → float[32,3,3,3]`.
  package var details: [Detail]
  package var figures: [FigureChange]

  package struct Detail: Sendable, Hashable {
    package enum Subject: String, Sendable, Hashable {
      case operators
      case attributes
      case weights
      case outputs
      case source
    }
    package var subject: Subject
    package var before: String
    package var after: String

    package init(subject: Subject, before: String, after: String) {
      self.subject = subject
      self.before = before
      self.after = after
    }
  }

  /// How much the layer adds to a figure of the network; nil where that is not one number.
  package func difference(in figure: String) -> Int? {
    guard let change = figures.first(where: { $0.figure.key == figure }),
      case .integer(let difference)? = change.before.difference(to: change.after)
    else { return nil }
    return difference
  }
}

extension NetworkChanges {
  package init(from before: NetworkSnapshot, to after: NetworkSnapshot) {
    let alignment = LayerAlignment(before, after)
    let moved = alignment.moved
    layers = []
    affected = 0
    renamed = 0
    unchanged = 0
    var nextRemoved = 0
    func takeRemoved(before limit: Int) {
      while nextRemoved < limit {
        if alignment.partners[nextRemoved] == nil {
          layers.append(LayerChange(.removed, before.layers[nextRemoved]))
        }
        nextRemoved += 1
      }
    }
    for (index, layer) in after.layers.enumerated() {
      guard let partner = alignment.reversePartners[index] else {
        layers.append(LayerChange(.added, layer))
        continue
      }
      if !moved.contains(partner) { takeRemoved(before: partner) }
      let old = before.layers[partner]
      var details = LayerChange.details(old, layer)
      if let source = SourceChange.of(partner, index, before, after, alignment) { details.append(source) }
      let figures = LayerChange.figures(old, layer)
      if !details.isEmpty || figures.contains(where: { !$0.figure.isOfContext }) {
        layers.append(
          LayerChange(
            kind: .changed, name: layer.name, operators: layer.operators, details: details, figures: figures))
      } else if moved.contains(partner) {
        layers.append(
          LayerChange(
            kind: .moved, name: layer.name, operators: layer.operators, details: [], figures: figures))
      } else if !figures.isEmpty {
        affected += 1
      } else if old.name != layer.name {
        renamed += 1
      } else {
        unchanged += 1
      }
    }
    takeRemoved(before: before.layers.count)
  }
}

extension LayerChange {
  /// A layer that is there on one side only: all its figures come or go.
  fileprivate init(_ kind: Kind, _ layer: LayerSnapshot) {
    self.kind = kind
    name = layer.name
    operators = layer.operators
    details = []
    figures = LayerFigures.all.indices.compactMap { place in
      guard layer.figures.indices.contains(place), case .integer(let value) = layer.figures[place],
        value != 0,
        !LayerFigures.all[place].isOfContext
      else { return nil }
      let isAdded = kind == .added
      return FigureChange(
        figure: LayerFigures.all[place], before: .integer(isAdded ? 0 : value),
        after: .integer(isAdded ? value : 0))
    }
  }

  fileprivate static func details(_ before: LayerSnapshot, _ after: LayerSnapshot) -> [Detail] {
    var details: [Detail] = []
    func compare(_ subject: Detail.Subject, _ old: String, _ new: String) {
      if old != new { details.append(Detail(subject: subject, before: old, after: new)) }
    }
    compare(
      .operators, before.operators.joined(separator: " + "), after.operators.joined(separator: " + "))
    compare(.attributes, before.attributes, after.attributes)
    compare(.weights, before.weights.joined(separator: ", "), after.weights.joined(separator: ", "))
    compare(.outputs, before.outputs.joined(separator: ", "), after.outputs.joined(separator: ", "))
    return details
  }

  fileprivate static func figures(_ before: LayerSnapshot, _ after: LayerSnapshot) -> [FigureChange] {
    // A baseline of an older version may hold fewer figures.
    LayerFigures.all.indices.compactMap { place in
      guard before.figures.indices.contains(place), after.figures.indices.contains(place),
        before.figures[place] != after.figures[place]
      else { return nil }
      return FigureChange(
        figure: LayerFigures.all[place], before: before.figures[place], after: after.figures[place])
    }
  }
}

/// Whether a layer reads from somewhere else than before.
enum SourceChange {
  /// nil where it reads the partners of what it read, or where the difference is that a layer beside it came or went.
  static func of(
    _ old: Int, _ new: Int, _ before: NetworkSnapshot, _ after: NetworkSnapshot, _ alignment: LayerAlignment
  ) -> LayerChange.Detail? {
    let sources = absolute(before.layers[old].sources, old)
    let others = absolute(after.layers[new].sources, new)
    guard sources.count == others.count else { return nil }
    let isCommutative = after.layers[new].isCommutative
    for (place, source) in sources.enumerated() {
      guard let expected = source < 0 ? source : alignment.partner(of: source) else { continue }
      if isCommutative ? others.contains(expected) : others[place] == expected { continue }
      let candidates = isCommutative ? others : [others[place]]
      // What stands there now is new: the layer itself is as it was.
      if candidates.contains(where: { $0 >= 0 && alignment.reversePartner(of: $0) == nil }) { continue }
      guard
        let actual = candidates.first(where: { other in !sources.contains { expects(other, $0, alignment) } })
          ?? candidates.first
      else { continue }
      return LayerChange.Detail(subject: .source, before: name(source, before), after: name(actual, after))
    }
    return nil
  }

  private static func expects(_ other: Int, _ source: Int, _ alignment: LayerAlignment) -> Bool {
    source < 0 ? source == other : alignment.partner(of: source) == other
  }

  /// Places of layers, and -1 - k for the network's input k.
  private static func absolute(_ sources: [Int], _ layer: Int) -> [Int] {
    sources.map { $0 < 0 ? layer + $0 : -1 - $0 }
  }

  private static func name(_ place: Int, _ network: NetworkSnapshot) -> String {
    network.layers.indices.contains(place) ? network.layers[place].name : "input \(-place)"
  }
}
