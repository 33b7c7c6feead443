internal import Network

/// Whether a regular expression matches all of each string.
struct RegexFullMatch: Operator {
  static let name = "RegexFullMatch"
  private let pattern: String

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let pattern = try attributes.string("pattern") else { throw .missingAttribute("pattern") }
    guard pattern.utf8.count <= Self.mostBytes else {
      throw .attributeValue("pattern", reason: "longer than \(Self.mostBytes) bytes")
    }
    guard Self.openings(in: pattern) <= Self.mostOpenings else {
      throw .attributeValue("pattern", reason: "more than \(Self.mostOpenings) opening brackets")
    }
    guard (try? Regex(pattern)) != nil else {
      throw .attributeValue("pattern", reason: "not a regular expression")
    }
    self.pattern = pattern
  }

  /// The parser goes into itself at every bracket and takes more than linear time: what it is given is bounded first.
  private static let mostBytes = 4096
  private static let mostOpenings = 200

  /// Brackets that may nest; escaped ones count too, which errs on the safe side.
  private static func openings(in pattern: String) -> Int {
    pattern.utf8.count { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "[") }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.bool, try inputs.strings(0).shape)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.strings(0)
    // Compiled here because a Regex may not be shared between threads.
    guard let expression = try? Regex(pattern) else {
      throw .attributeValue("pattern", reason: "not a regular expression")
    }
    let target = try context.output(0, .bool, input.dimensions).mutableElements(as: UInt8.self)
    for (index, text) in input.elements.enumerated() {
      let match = try? expression.wordBoundaryKind(.simple).matchingSemantics(.unicodeScalar).wholeMatch(
        in: text)
      target[index] = match == nil ? 0 : 1
    }
  }
}
