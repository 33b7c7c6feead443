/// The mean of its inputs.
struct Mean: VariadicOperator {
  static let name = "Mean"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.adding(b) }
  static func finish<Value: Number>(_ value: Value, count: Int) -> Value {
    value.quotient(by: Value(from: Double(count)))
  }

  /// The sums and one division.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, inputs.count)
  }
}

extension Mean: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    let count = d.inputs.count
    for input in 0..<count {
      try d.giveStretched(input) { d throws(OperatorError) in
        let share = try d.filled(like: .gradient(0), with: 1 / Double(count))
        return d.apply("Mul", .gradient(0), share)
      }
    }
  }
}
