/// 1 at the first of the greatest elements along an axis, 0 elsewhere.
package struct Hardmax: SoftmaxOperator {
  package static let name = "Hardmax"
  package static let operations = (perElement: 1, perRow: 0)
  package let softmaxAxis: SoftmaxAxis

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    softmaxAxis = try SoftmaxAxis(attributes)
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let source = try call.values(0)
    let target = try call.results(0)
    let span = try softmaxAxis.span(call.dimensions(0))
    guard span.length > 0 else { return }
    for outer in 0..<span.outer {
      for inner in 0..<span.inner {
        let start = outer * span.length * span.inner + inner
        var best = start
        for index in 0..<span.length {
          let place = start + index * span.inner
          target[place] = 0
          if source[place] > source[best] { best = place }
        }
        target[best] = 1
      }
    }
  }
}
