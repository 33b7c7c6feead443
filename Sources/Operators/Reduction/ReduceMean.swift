internal import Network

/// The mean.
struct ReduceMean: ReduceOperator {
  static let name = "ReduceMean"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 18)
  }

  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value { accumulated.adding(x) }
  static func finish<Value: Number>(_ accumulated: Value, count: Int) -> Value {
    accumulated.quotient(by: Value(from: Double(count)))
  }
}

extension ReduceMean: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    guard let places = try axes.places(InferenceInputs(d.inputs)), let shape = d.inputs.first??.shape,
      let extents = Shape(places.map { shape[$0] }).known
    else { throw .needsValue(input: 0) }
    let count = try product(extents)
    try d.give(0) { d throws(OperatorError) in
      let share = try d.filled(like: .gradient(0), with: 1 / Double(max(count, 1)))
      return try axes.stretched(d.apply("Mul", .gradient(0), share), &d)
    }
  }
}
