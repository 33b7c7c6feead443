internal import Network

/// `x / (sum |x|^p)^(1/p)` along an axis, p being 1 or 2; rows of zeros stay zero.
package struct LpNormalization: RealOperator {
  package static let name = "LpNormalization"
  package let role = Role.layer
  package let axis: Int
  package let exponent: Int

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: -1)
    exponent = try attributes.integer("p", default: 2)
    guard exponent == 1 || exponent == 2 else {
      throw .attributeValue("p", reason: "\(exponent) is neither 1 nor 2")
    }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    if let rank = input.shape?.rank { _ = try resolvedAxis(axis, rank: rank) }
    return [Fact(.tensor(input))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 3)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard let rank = outputs.first?.shape?.rank, let axis = try? resolvedAxis(axis, rank: rank) else {
      return .unknown
    }
    return axis == 1 && rank > 2 ? .same : .whole
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let span = AxisSpan(extents, axis: try resolvedAxis(axis, rank: extents.count))
    let source = try call.values(0)
    let target = try call.results(0)
    for outer in 0..<span.outer {
      for inner in 0..<span.inner {
        let start = outer * span.length * span.inner + inner
        let places = stride(from: start, to: start + span.length * span.inner, by: span.inner)
        var total: Value = 0
        for place in places { total += exponent == 1 ? abs(source[place]) : source[place] * source[place] }
        let norm = exponent == 1 ? total : total.squareRoot()
        for place in places { target[place] = norm == 0 ? 0 : source[place] / norm }
      }
    }
  }
}
