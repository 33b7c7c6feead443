internal import Network

/// Whether a regular expression matches all of each string.
struct RegexFullMatch: Operator {
  static let name = "RegexFullMatch"
  private let pattern: String

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let pattern = try attributes.string("pattern") else { throw .missingAttribute("pattern") }
    guard (try? Regex(pattern)) != nil else {
      throw .attributeValue("pattern", reason: "not a regular expression")
    }
    self.pattern = pattern
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
