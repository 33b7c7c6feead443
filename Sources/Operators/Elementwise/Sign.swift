/// -1, 0 or 1; NaN stays.
struct Sign: UnaryArithmetic {
  static let name = "Sign"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: Number>(_ x: Value) -> Value {
    x > .zero ? .one : x < .zero ? Value.zero.subtracting(.one) : x
  }
}

extension Sign: DifferentiableOperator {
  /// 0 but for the jumps.
  func differentiate(_ d: inout Derivation) {}
}
