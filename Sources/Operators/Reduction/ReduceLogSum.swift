#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The logarithm of the sum.
struct ReduceLogSum: ReduceOperator {
  static let name = "ReduceLogSum"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 18)
  }

  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value { accumulated.adding(x) }
  static func finish<Value: Number>(_ accumulated: Value, count: Int) -> Value {
    Value(from: log(accumulated.double))
  }
}
