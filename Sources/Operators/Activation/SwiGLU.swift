internal import Network

/// `swish(a) * b` for two tensors of one shape, where `swish(a) = a * sigmoid(alpha * a)` (operator set 28).
package struct SwiGLU: RealOperator {
  package static let name = "SwiGLU"
  package let role = Role.elementwise
  package let alpha: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 1)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let gate = try inputs.tensor(0, of: ElementType.reals)
    let value = try inputs.tensor(1, of: [gate.element])
    guard let shape = gate.shape, let other = value.shape else {
      return [Fact(gate.element, gate.shape ?? value.shape)]
    }
    guard let merged = shape.merged(with: other),
      zip(shape.dimensions, other.dimensions).allSatisfy({ $0 == nil || $1 == nil || $0 == $1 })
    else { throw .shape(input: 1, reason: "another shape than the gate's") }
    let known = zip(merged.dimensions, zip(shape.dimensions, other.dimensions)).map { $0 ?? $1.0 ?? $1.1 }
    return [Fact(gate.element, Shape(known))]
  }

  /// As Swish, and a product.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 7)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let (gate, value) = (try call.values(0), try call.values(1))
    let target = try call.results(0)
    for index in target.indices {
      target[index] = gate[index] / (1 + Value.exp(-Value(alpha) * gate[index])) * value[index]
    }
  }
}
