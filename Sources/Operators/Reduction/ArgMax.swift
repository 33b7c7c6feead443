/// The position of the largest element along an axis.
struct ArgMax: ExtremumPosition {
  static let name = "ArgMax"
  let search: ExtremumSearch
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    search = try ExtremumSearch(attributes)
  }
  static func isBetter<Value: Number>(_ candidate: Value, than best: Value) -> Bool { candidate > best }
}
