internal import Network

/// Strings [C] or [1, C] without those on a list, in capitals or small letters where asked for.
struct StringNormalizer: Operator {
  static let name = "StringNormalizer"
  private let change: Change
  private let isCaseSensitive: Bool
  private let stopWords: Set<String>

  private enum Change: String { case none = "NONE", lower = "LOWER", upper = "UPPER" }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let change = Change(rawValue: try attributes.string("case_change_action", default: "NONE")) else {
      throw .attributeValue("case_change_action", reason: "not NONE, LOWER or UPPER")
    }
    self.change = change
    let isCaseSensitive = try attributes.flag("is_case_sensitive")
    self.isCaseSensitive = isCaseSensitive
    stopWords = Set(
      (try attributes.strings("stopwords") ?? []).map { isCaseSensitive ? $0 : $0.lowercased() })
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard let shape = try inputs.strings(0).shape else { return [Fact(.string, nil)] }
    guard shape.rank == 1 || shape.rank == 2 else {
      throw .rank(input: 0, expected: "1 or 2", found: shape.rank)
    }
    if shape.rank == 2, let rows = shape[0], rows != 1 { throw .shape(input: 0, reason: "more than one row") }
    // Without words to leave out, only an empty row changes its extent.
    let kept: Dimension = stopWords.isEmpty ? shape[shape.rank - 1].map { max($0, 1) } : nil
    return [Fact(.string, Shape(shape.dimensions.dropLast() + [kept]))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    _ = try infer(InferenceInputs(context.facts))
    let input = try context.strings(0)
    let kept = input.elements.filter { !stopWords.contains(isCaseSensitive ? $0 : $0.lowercased()) }
    let changed = kept.map { word in
      switch change {
      case .none: word
      case .lower: word.lowercased()
      case .upper: word.uppercased()
      }
    }
    // Where nothing is left, one empty string stands for it.
    let elements = changed.isEmpty ? [""] : changed
    let output = StringTensor(dimensions: input.dimensions.dropLast() + [elements.count], elements: elements)
    context.forward(.strings(output), to: 0)
  }
}
