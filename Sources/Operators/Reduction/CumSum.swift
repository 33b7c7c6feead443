/// The running sum along an axis.
struct CumSum: CumulativeOperator {
  static let name = "CumSum"
  let scan: CumulativeScan
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    scan = try CumulativeScan(attributes)
  }
  static func initial<Value: Number>() -> Value { .zero }
  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value { accumulated.adding(x) }
}
