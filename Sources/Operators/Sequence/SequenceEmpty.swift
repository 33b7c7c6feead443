internal import Network

/// A sequence without elements.
struct SequenceEmpty: Operator {
  static let name = "SequenceEmpty"
  let role = Role.constant
  private let element: ElementType

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    element = try attributes.elementType("dtype") ?? .float32
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.sequence(SequenceType(of: [], orEmptyOf: .tensor(TensorType(element, nil)))))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func run(_ context: KernelContext) throws(OperatorError) { context.forward(.sequence([]), to: 0) }
}
