/// A value of a JSON document (RFC 8259) and the line on which it begins, so that a message can point at it.
package struct JSONNode: Sendable {
  package var line: Int
  package var content: Content

  package indirect enum Content: Sendable {
    case null
    case boolean(Bool)
    /// Written without point and exponent, and within an `Int`.
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONNode])
    case object([Member])
  }

  package struct Member: Sendable {
    package var key: String
    package var line: Int
    package var value: JSONNode

    package init(key: String, line: Int = 0, value: JSONNode) {
      self.key = key
      self.line = line
      self.value = value
    }
  }

  package init(line: Int = 0, _ content: Content) {
    self.line = line
    self.content = content
  }

  package var members: [Member]? {
    if case .object(let members) = content { members } else { nil }
  }

  package var elements: [JSONNode]? {
    if case .array(let elements) = content { elements } else { nil }
  }

  package var string: String? {
    if case .string(let text) = content { text } else { nil }
  }

  package var integer: Int? {
    if case .integer(let value) = content { value } else { nil }
  }

  /// Any number, whole or not.
  package var number: Double? {
    switch content {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  package subscript(key: String) -> JSONNode? { members?.first { $0.key == key }?.value }

  /// What the value is, in the words of a message.
  package var kind: String {
    switch content {
    case .null: "null"
    case .boolean: "true or false"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// Why a text is no JSON, and on which line.
package struct JSONSyntaxError: Error, Equatable, Sendable {
  package enum Problem: Equatable, Sendable {
    case expected(String)
    case duplicateKey(String)
    case tooDeep(limit: Int)
    case notUTF8
    case badNumber(String)
    case badEscape
    case controlCharacter
  }

  package var line: Int
  package var problem: Problem

  package init(line: Int, problem: Problem) {
    self.line = line
    self.problem = problem
  }
}
