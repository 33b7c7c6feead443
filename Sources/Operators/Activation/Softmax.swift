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

extension Softmax: DifferentiableOperator {
  package func differentiate(_ d: inout Derivation) throws(OperatorError) {
    // y * (g - sum(g * y))
    try d.give(0) { d throws(OperatorError) in
      let product = d.apply("Mul", .gradient(0), .output(0))
      let sum = d.summed(product, over: try softmaxAxis.places(d.inputs), keepsAxes: true)
      return d.apply("Mul", .output(0), d.apply("Sub", .gradient(0), sum))
    }
  }
}
