internal import Network

/// Its input as a value that may be missing, or a missing one of the given type.
struct OptionalOperator: Operator {
  static let name = "Optional"
  /// A value that is there is the same value.
  let role: Role
  private let type: ValueType?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    role = attributes.inputCount > 0 ? .view : .constant
    switch attributes.value("type") {
    case .type(let declared)?: type = declared.bound(by: [:])
    case nil: type = nil
    default: throw .attributeType("type")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    if let fact = inputs[0] { return [Fact(.optional(fact.type))] }
    guard let type else { throw .missingAttribute("type") }
    return [Fact(.optional(type))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    context.forward(.optional(context.has(0) ? try context.value(0) : nil), to: 0)
  }
}
