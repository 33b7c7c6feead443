internal import Network

/// The values of a map as a row of a matrix, in the order of a vocabulary of keys; 0 or no characters where the map has none.
struct DictVectorizer: Operator {
  static let name = "DictVectorizer"
  static let domain = "ai.onnx.ml"
  private let vocabulary: LabelList

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard
      let vocabulary = try LabelList(attributes, strings: "string_vocabulary", integers: "int64_vocabulary")
    else { throw .missingAttribute("string_vocabulary") }
    self.vocabulary = vocabulary
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard case .map(let key, .tensor(let value)) = try inputs.required(0).type else {
      throw .shape(input: 0, reason: "not a map")
    }
    guard key == vocabulary.element else { throw .elementType(input: 0, found: key) }
    return [Fact(value.element, [1, vocabulary.count])]
  }

  /// One look-up for each word of the vocabulary.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor)
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    _ = try infer(InferenceInputs(context.facts))
    let (keys, values) = try context.map(0).lists
    let places = places(of: keys.labels)
    try values.write(
      vocabulary.labels.map { places[$0] }, [1, vocabulary.count], fallback: .nothing(values.element), context
    )
  }
}
