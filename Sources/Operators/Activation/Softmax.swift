/// `exp(x) / sum(exp(x))` along an axis.
package struct Softmax: SoftmaxOperator {
  package static let name = "Softmax"
  package static let operations = (perElement: 5, perRow: 0)
  package let softmaxAxis: SoftmaxAxis

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    softmaxAxis = try SoftmaxAxis(attributes)
  }

  /// The greatest is subtracted first, so that nothing overflows.
  @inline(__always)
  package static func row<Value: Real>(
    _ source: UnsafeBufferPointer<Value>, _ target: UnsafeMutableBufferPointer<Value>, start: Int, count: Int,
    stride: Int
  ) {
    var greatest = -Value.infinity
    for index in 0..<count { greatest = max(greatest, source[start + index * stride]) }
    var total: Value = 0
    for index in 0..<count {
      let value = Value.exp(source[start + index * stride] - greatest)
      target[start + index * stride] = value
      total += value
    }
    let scale = 1 / total
    for index in 0..<count { target[start + index * stride] *= scale }
  }
}
