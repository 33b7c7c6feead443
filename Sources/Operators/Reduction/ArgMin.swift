/// The position of the smallest element along an axis.
struct ArgMin: ExtremumPosition {
  static let name = "ArgMin"
  let search: ExtremumSearch
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    search = try ExtremumSearch(attributes)
  }
  static func isBetter<Value: Number>(_ candidate: Value, than best: Value) -> Bool { candidate < best }
}
