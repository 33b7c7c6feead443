/// Reads a budget file and checks every key of it.
package enum BudgetReader {
  static let keys = ["schema", "limits", "unlisted"]
  static let limitKeys = ["figure", "network", "layers", "severity", "reason"] + boundKeys
  static let boundKeys = ["max", "min", "equals", "maxIncrease", "maxDecrease"]

  package static func read(_ bytes: [UInt8]) throws(BudgetError) -> Budget {
    let document: JSONNode
    do throws(JSONSyntaxError) {
      document = try JSONReader.read(bytes)
    } catch {
      throw .syntax(error)
    }
    let members = try object(document, "the budget", keys)
    guard let schema = document["schema"] else { throw .missingKey(line: document.line, key: "schema") }
    let name = try string(schema, "schema")
    guard name == Budget.schema else { throw .wrongSchema(line: schema.line, found: name) }
    var budget = Budget()
    for member in members {
      switch member.key {
      case "limits":
        guard let entries = member.value.elements else { throw wrongType(member.value, "limits", "a list") }
        for entry in entries { budget.limits += try limits(entry) }
      case "unlisted":
        let words = Severity.allCases.map(\.rawValue) + ["ignore"]
        let text = try word(member.value, "unlisted", words)
        budget.unlisted = Severity(rawValue: text)
      default: break
      }
    }
    return budget
  }

  /// One entry: a limit for each bound in it.
  private static func limits(_ entry: JSONNode) throws(BudgetError) -> [Limit] {
    let members = try object(entry, "limits", limitKeys)
    guard let key = entry["figure"] else { throw .missingKey(line: entry.line, key: "figure") }
    let figure = try string(key, "figure")
    let layers = try pattern(entry["layers"], "layers")
    let unit = try unit(of: figure, isOfLayer: layers != nil, line: key.line)
    var severity = Severity.error
    if let node = entry["severity"] {
      let text = try word(node, "severity", Severity.allCases.map(\.rawValue))
      severity = Severity(rawValue: text) ?? .error
    }
    let reason = try entry["reason"].map { (node) throws(BudgetError) in try string(node, "reason") } ?? ""
    let networks = try pattern(entry["network"], "network")
    var result: [Limit] = []
    for member in members where boundKeys.contains(member.key) {
      let bound = try BoundReader(key: member.key, figure: figure, unit: unit).bound(member.value)
      result.append(
        Limit(
          line: member.line, figure: figure, networks: networks, layers: layers, bound: bound,
          severity: severity, reason: reason))
    }
    guard !result.isEmpty else { throw .noBound(line: entry.line, figure: figure) }
    return result
  }

  private static func unit(
    of figure: String, isOfLayer: Bool, line: Int
  ) throws(BudgetError) -> FigureUnit {
    if isOfLayer {
      guard let place = LayerFigures.place(of: figure) else {
        throw .unknownFigure(line: line, figure: figure, known: LayerFigures.all.map(\.key))
      }
      return LayerFigures.all[place].unit
    }
    guard let found = NetworkFigures.find(figure) else {
      throw .unknownFigure(line: line, figure: figure, known: NetworkFigures.all.map(\.key))
    }
    return found.unit
  }

  private static func object(
    _ node: JSONNode, _ what: String, _ known: [String]
  ) throws(BudgetError) -> [JSONNode.Member] {
    guard let members = node.members else { throw wrongType(node, what, "an object") }
    for member in members where !known.contains(member.key) {
      throw .unknownKey(line: member.line, key: member.key, known: known)
    }
    return members
  }

  private static func string(_ node: JSONNode, _ key: String) throws(BudgetError) -> String {
    guard let text = node.string else { throw wrongType(node, key, "a string") }
    return text
  }

  private static func word(
    _ node: JSONNode, _ key: String, _ known: [String]
  ) throws(BudgetError) -> String {
    let text = try string(node, key)
    guard known.contains(text) else {
      throw .unknownWord(line: node.line, key: key, word: text, known: known)
    }
    return text
  }

  private static func pattern(_ node: JSONNode?, _ key: String) throws(BudgetError) -> Glob? {
    guard let node else { return nil }
    return Glob(try string(node, key))
  }

  static func wrongType(_ node: JSONNode, _ key: String, _ expected: String) -> BudgetError {
    .wrongType(line: node.line, key: key, expected: expected, found: node.kind)
  }
}
