internal import Network

/// `a == b`, for numbers, truth values and strings.
struct Equal: ComparisonOperator {
  static let name = "Equal"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool { a == b }

  func run(_ context: KernelContext) throws(OperatorError) {
    guard context.inputs.count == 2, case .strings(let a)? = context.inputs[0],
      case .strings(let b)? = context.inputs[1]
    else { return try dispatch(context) }
    let output = try makeOutput(context)
    let places = [a, b].map { DenseTensor.int64(Array($0.elements.indices), $0.dimensions) }
    broadcastMap(places[0], places[1], into: output) { (x: Int64, y: Int64) -> UInt8 in
      a.elements[Int(x)] == b.elements[Int(y)] ? 1 : 0
    }
  }
}
