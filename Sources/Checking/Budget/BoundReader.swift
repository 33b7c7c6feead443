/// Reads the value of `max`, `min`, `equals`, `maxIncrease` or `maxDecrease` as its figure needs it.
struct BoundReader {
  let key: String
  let figure: String
  let unit: FigureUnit

  func bound(_ node: JSONNode) throws(BudgetError) -> Bound {
    switch key {
    case "max": .max(try value(node))
    case "min": .min(try value(node))
    case "equals": .equals(try value(node))
    case "maxIncrease": .maxIncrease(try amount(node))
    default: .maxDecrease(try amount(node))
    }
  }

  private func value(_ node: JSONNode) throws(BudgetError) -> FigureValue {
    switch (unit, node.content) {
    case (.flag, .boolean(let flag)): return .flag(flag)
    case (.flag, _): throw BudgetReader.wrongType(node, key, "true or false")
    case (.extents, .array(let elements)):
      var axes: [Int?] = []
      for element in elements { axes.append(try axis(element)) }
      return .axes(axes)
    case (.extents, _): throw BudgetReader.wrongType(node, key, "a list with a number for each axis")
    default: return try nonNegative(node)
    }
  }

  /// Padding may be negative; nothing else that is counted can.
  private func axis(_ element: JSONNode) throws(BudgetError) -> Int {
    guard let extent = element.integer else { throw BudgetReader.wrongType(element, key, "a whole number") }
    guard extent >= 0 || figure.hasSuffix("padding") else { throw .negative(line: element.line, key: key) }
    return extent
  }

  private func nonNegative(_ node: JSONNode) throws(BudgetError) -> FigureValue {
    switch node.content {
    case .integer(let value) where value >= 0: return .integer(value)
    case .number(let value) where value >= 0: return .number(value)
    case .integer, .number: throw .negative(line: node.line, key: key)
    default: throw BudgetReader.wrongType(node, key, "a number")
    }
  }

  private func amount(_ node: JSONNode) throws(BudgetError) -> Amount {
    if unit == .extents || unit == .flag { throw .notRelative(line: node.line, key: key, figure: figure) }
    guard let text = node.string else {
      if node.number == nil {
        throw BudgetReader.wrongType(node, key, "a number, or a string such as \"2%\"")
      }
      return .absolute(try nonNegative(node))
    }
    let digits = text.hasSuffix("%") ? text.dropLast() : ""
    let trimmed = digits.last == " " ? digits.dropLast() : digits
    guard let percent = Double(trimmed), percent.isFinite else {
      throw .badPercent(line: node.line, key: key, text: text)
    }
    guard percent >= 0 else { throw .negative(line: node.line, key: key) }
    return .percent(percent)
  }
}
