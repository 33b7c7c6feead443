/// 1 at the first of the greatest elements along an axis, 0 elsewhere.
package struct Hardmax: SoftmaxOperator {
  package static let name = "Hardmax"
  package static let operations = (perElement: 1, perRow: 0)
  package let softmaxAxis: SoftmaxAxis

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    softmaxAxis = try SoftmaxAxis(attributes)
  }

  @inline(__always)
  package static func row<Value: Real>(
    _ source: UnsafeBufferPointer<Value>, _ target: UnsafeMutableBufferPointer<Value>, start: Int, count: Int,
    stride: Int
  ) {
    var best = start
    for index in 0..<count {
      let place = start + index * stride
      target[place] = 0
      if source[place] > source[best] { best = place }
    }
    target[best] = 1
  }
}
