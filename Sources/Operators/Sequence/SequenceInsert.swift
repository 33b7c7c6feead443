internal import Network

/// A sequence with one more element, at the end or at a given place.
struct SequenceInsert: Operator {
  static let name = "SequenceInsert"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (sequence, new) = (try inputs.sequence(0), try inputs.tensor(1))
    let position = inputs.position(2, default: sequence.length)
    guard let longer = sequence.inserting(.tensor(new), at: position) else {
      throw .elementType(input: 1, found: new.element)
    }
    return [Fact(.sequence(longer))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    var values = try context.sequence(0)
    let position = try context.optionalIntegers(2)?.first ?? values.count
    guard position >= -values.count, position <= values.count else {
      throw .value(input: 2, reason: "position \(position) of \(values.count)")
    }
    values.insert(try context.value(1), at: position < 0 ? position + values.count : position)
    context.forward(.sequence(values), to: 0)
  }
}
