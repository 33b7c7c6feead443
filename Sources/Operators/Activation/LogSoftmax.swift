/// `x - log(sum(exp(x)))` along an axis.
package struct LogSoftmax: SoftmaxOperator {
  package static let name = "LogSoftmax"
  package static let operations = (perElement: 5, perRow: 1)
  package let softmaxAxis: SoftmaxAxis

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    softmaxAxis = try SoftmaxAxis(attributes)
  }

  @inline(__always)
  package static func row<Value: Real>(
    _ source: UnsafeBufferPointer<Value>, _ target: UnsafeMutableBufferPointer<Value>, start: Int, count: Int,
    stride: Int
  ) {
    var greatest = -Value.infinity
    for index in 0..<count { greatest = max(greatest, source[start + index * stride]) }
    var total: Value = 0
    for index in 0..<count { total += Value.exp(source[start + index * stride] - greatest) }
    let shift = greatest + Value.log(total)
    for index in 0..<count { target[start + index * stride] = source[start + index * stride] - shift }
  }
}

extension LogSoftmax: DifferentiableOperator {
  package func differentiate(_ d: inout Derivation) throws(OperatorError) {
    // g - exp(y) * sum(g)
    try d.give(0) { d throws(OperatorError) in
      let sum = d.summed(.gradient(0), over: try softmaxAxis.places(d.inputs), keepsAxes: true)
      return d.apply("Sub", .gradient(0), d.apply("Mul", d.apply("Exp", .output(0)), sum))
    }
  }
}
