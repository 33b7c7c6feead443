import Network

/// Names, strings and types as the text spells them.
extension ONNXTextPrinter {
  /// A name as it is if it is an identifier that cannot be taken for a type; else in quotes.
  static func name(_ name: String) -> String {
    TextScanner.isIdentifier(name) && !TextParser.beginsType(name) ? name : quoted(name)
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }

  /// `name` with what an identifier cannot hold replaced.
  static func identifier(_ name: String) -> String {
    if TextScanner.isIdentifier(name) { return name }
    let kept = name.utf8.map { TextScanner.continuesIdentifier($0) ? Character(Unicode.Scalar($0)) : "_" }
    return "_" + String(kept)
  }

  /// A domain, with the same done to each of its parts.
  static func dotted(_ domain: String) -> String {
    if domain.isEmpty { return "" }
    return domain.split(separator: ".", omittingEmptySubsequences: false).map { identifier(String($0)) }
      .joined(separator: ".")
  }

  /// A name for a graph that is an attribute, which is known by not being a type or a number.
  static func graphIdentifier(_ name: String) -> String {
    let name = identifier(name)
    return TextParser.beginsType(name) || TextScanner.isFloatWord(name) ? "_" + name : name
  }

  static func type(of tensor: Tensor) -> String {
    shape(tensor.element, tensor.dimensions.map { .fixed($0) })
  }

  /// The type; nil if the text has no words for it.
  static func text(_ type: DeclaredType) -> String? {
    switch type {
    case .tensor(let element, let dimensions): return shape(element, dimensions)
    case .sparseTensor(let element, let dimensions): return "sparse_tensor(\(shape(element, dimensions)))"
    case .sequence(let element): return text(element).map { "seq(\($0))" }
    case .optional(let element): return text(element).map { "optional(\($0))" }
    case .map(let key, let value): return text(value).map { "map(\(key.name), \($0))" }
    case .opaque("", ""): return "opaque()"
    case .opaque(let domain, let name):
      guard dotted(domain) == domain, domain.isEmpty ? dotted(name) == name : identifier(name) == name else {
        return nil
      }
      return domain.isEmpty ? "opaque(\(name))" : "opaque(\(domain), \(name))"
    }
  }

  private static func shape(_ element: ElementType, _ dimensions: [DeclaredDimension]?) -> String {
    guard let dimensions else { return "\(element.name)[]" }
    if dimensions.isEmpty { return element.name }
    let words = dimensions.map { dimension in
      switch dimension {
      case .fixed(let extent): "\(extent)"
      case .symbol(let symbol): TextScanner.isIdentifier(symbol) ? symbol : quoted(symbol)
      case .unknown: "?"
      }
    }
    return "\(element.name)[\(words.joined(separator: ", "))]"
  }
}
