/// `x - log(sum(exp(x)))` along an axis.
package struct LogSoftmax: SoftmaxOperator {
  package static let name = "LogSoftmax"
  package static let operations = (perElement: 5, perRow: 1)
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
        let places = stride(from: start, to: start + span.length * span.inner, by: span.inner)
        var greatest = -Value.infinity
        for place in places { greatest = max(greatest, source[place]) }
        var total: Value = 0
        for place in places { total += Value.exp(source[place] - greatest) }
        let shift = greatest + Value.log(total)
        for place in places { target[place] = source[place] - shift }
      }
    }
  }
}
