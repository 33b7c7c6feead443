internal import Network

/// `max(x, 0)`, for every signed type.
struct Relu: UnaryOperator {
  static let name = "Relu"
  let role = Role.activation
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func run(_ context: KernelContext) throws(OperatorError) {
    try Self.map(context) { x in x > 0 ? x : 0 }
  }
}
