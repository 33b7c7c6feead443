/// Why a budget file cannot be used: where, and what.
package enum BudgetError: Error, Equatable, Sendable {
  case syntax(JSONSyntaxError)
  case wrongType(line: Int, key: String, expected: String, found: String)
  case unknownKey(line: Int, key: String, known: [String])
  case missingKey(line: Int, key: String)
  case wrongSchema(line: Int, found: String)
  case unknownWord(line: Int, key: String, word: String, known: [String])
  case unknownFigure(line: Int, figure: String, known: [String])
  case negative(line: Int, key: String)
  case badPercent(line: Int, key: String, text: String)
  /// A limit that limits nothing.
  case noBound(line: Int, figure: String)
  /// Axes can be compared but not subtracted.
  case notRelative(line: Int, key: String, figure: String)
}
