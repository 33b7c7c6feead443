/// `exp(x) / sum(exp(x))` along an axis.
package struct Softmax: SoftmaxOperator {
  package static let name = "Softmax"
  package static let operations = (perElement: 5, perRow: 0)
  package let softmaxAxis: SoftmaxAxis

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    softmaxAxis = try SoftmaxAxis(attributes)
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let source = try call.values(0)
    let target = try call.results(0)
    let span = try softmaxAxis.span(call.dimensions(0))
    for outer in 0..<span.outer {
      for inner in 0..<span.inner {
        let start = outer * span.length * span.inner + inner
        Self.row(source, target, start: start, count: span.length, stride: span.inner)
      }
    }
  }

  /// One row: `count` elements that lie `stride` apart. The greatest is subtracted first, so that nothing overflows.
  @inline(__always)
  static func row<Value: Real>(
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
