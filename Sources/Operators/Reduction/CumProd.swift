/// The running product along an axis.
struct CumProd: CumulativeOperator {
  static let name = "CumProd"
  let scan: CumulativeScan
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    scan = try CumulativeScan(attributes)
  }
  static func initial<Value: Number>() -> Value { .one }
  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value {
    accumulated.multiplied(by: x)
  }
}
