/// A command line taken apart by its command's description.
package struct Arguments: Sendable {
  package let command: String
  package private(set) var operands: [String] = []
  /// Values by option name, in the order given; a flag has one empty value.
  private var values: [String: [String]] = [:]

  /// Takes `words`, which follow the command's name, apart.
  ///
  /// `--option value` and `--option=value` mean the same; `--` ends the options; a lone `-` is an operand.
  package init(_ words: some Sequence<String>, of description: CommandDescription) throws(UsageError) {
    command = description.name
    var remaining = Array(words)[...]
    var optionsEnded = false
    while let word = remaining.popFirst() {
      if optionsEnded || word == "-" || !word.hasPrefix("-") {
        operands.append(word)
      } else if word == "--" {
        optionsEnded = true
      } else {
        try take(word, &remaining, description)
      }
    }
    if operands.count < description.operands.count.lowerBound {
      throw .missingOperand(description.operands.names, command: command)
    }
    if operands.count > description.operands.count.upperBound {
      throw .excessOperand(operands[description.operands.count.upperBound], command: command)
    }
  }

  private mutating func take(
    _ word: String, _ remaining: inout ArraySlice<String>, _ description: CommandDescription
  ) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let option = description.options.first(where: { $0.name == parts[0] || $0.short == parts[0] })
    else {
      let names = description.options.map(\.name)
      throw .unknownOption(parts[0], command: command, suggestion: suggestion(for: parts[0], among: names))
    }
    var value = ""
    if option.value == nil {
      if parts.count > 1 { throw .unexpectedValue(option: option.name) }
    } else if parts.count > 1 {
      value = parts[1]
    } else if let next = remaining.popFirst() {
      value = next
    } else {
      throw .missingValue(option: option.name)
    }
    if !option.choices.isEmpty, !option.choices.contains(value) {
      throw .invalidValue(
        option: option.name, value: value, expected: "one of \(option.choices.joined(separator: ", "))")
    }
    if values[option.name] != nil, !option.isRepeatable { throw .repeated(option: option.name) }
    values[option.name, default: []].append(value)
  }

  package func has(_ option: String) -> Bool { values[option] != nil }

  package func string(_ option: String) -> String? { values[option]?.last }

  package func strings(_ option: String) -> [String] { values[option] ?? [] }

  /// A whole number within `range`.
  package func integer(_ option: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = string(option) else { return nil }
    return try Self.integer(text, option: option, in: range)
  }

  /// Whole numbers separated by commas, each within `range`.
  package func integers(_ option: String, in range: ClosedRange<Int>) throws(UsageError) -> [Int]? {
    guard let text = string(option) else { return nil }
    var result: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      result.append(try Self.integer(String(part), option: option, in: range))
    }
    return result
  }

  /// A decimal number within `range`.
  package func number(_ option: String, in range: ClosedRange<Double>) throws(UsageError) -> Double? {
    guard let text = string(option) else { return nil }
    guard let value = Double(text), range.contains(value) else {
      throw .invalidValue(
        option: option, value: text, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// `NAME=VALUE` pairs of a repeatable option, in order; the name ends at the last `=` that a value can follow, so that
  /// names may hold one.
  package func pairs(_ option: String) throws(UsageError) -> [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    for text in strings(option) {
      guard let split = text.lastIndex(of: "="), split > text.startIndex else {
        throw .invalidValue(option: option, value: text, expected: "NAME=VALUE")
      }
      result.append((String(text[..<split]), String(text[text.index(after: split)...])))
    }
    return result
  }

  package static func integer(
    _ text: String, option: String, in range: ClosedRange<Int>
  ) throws(UsageError) -> Int {
    guard let value = Int(text), range.contains(value) else {
      let bound =
        range.upperBound == .max
        ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      throw .invalidValue(option: option, value: text, expected: "a whole number, \(bound)")
    }
    return value
  }
}
