internal import Checking

/// What happened to a layer, in words.
enum LayerChangeText {
  /// What differs, the most telling first: what the layer is made of, else its figures.
  static func what(_ change: LayerChange) -> String {
    if change.kind == .added || change.kind == .removed { return change.operators.joined(separator: " + ") }
    let details = change.details.map { "\($0.subject.rawValue) \(shown($0.before)) → \(shown($0.after))" }
    if !details.isEmpty { return details.joined(separator: "; ") }
    return change.figures.prefix(4).map { figure in
      let unit = figure.figure.unit
      return
        "\(figure.figure.key) \(FigureText.value(figure.before, unit)) → \(FigureText.value(figure.after, unit))"
    }.joined(separator: "; ")
  }

  private static func shown(_ text: String) -> String {
    text.isEmpty ? "none" : text.count > 120 ? "\(text.prefix(119))…" : text
  }

  /// `+1,024`, `-1,024`; empty for no difference.
  static func difference(_ change: LayerChange, in figure: String) -> String {
    guard let difference = change.difference(in: figure), difference != 0 else { return "" }
    return (difference > 0 ? "+" : "") + Numbers.grouped(difference)
  }

  /// `1 layer added, 2 changed`
  static func summary(_ changes: NetworkChanges) -> String {
    let kinds: [LayerChange.Kind] = [.added, .removed, .changed, .moved]
    let counts = kinds.compactMap { kind -> (Int, LayerChange.Kind)? in
      let count = changes.layers.count { $0.kind == kind }
      return count > 0 ? (count, kind) : nil
    }
    return counts.enumerated().map { place, entry in
      let (count, kind) = entry
      return place == 0
        ? "\(Numbers.plural(count, "layer")) \(kind.rawValue)" : "\(Numbers.grouped(count)) \(kind.rawValue)"
    }.joined(separator: ", ")
  }
}
