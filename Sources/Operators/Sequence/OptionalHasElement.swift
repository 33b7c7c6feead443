internal import Network

/// Whether its input is there, as a truth value.
struct OptionalHasElement: Operator {
  static let name = "OptionalHasElement"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] { [Fact(.bool, .scalar)] }
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    var isThere = context.has(0)
    if isThere, case .optional(nil) = try context.value(0) { isThere = false }
    try context.output(0, .bool, []).mutableElements(as: UInt8.self)[0] = isThere ? 1 : 0
  }
}
