internal import Network

/// `activation(alpha * A * B + beta * C)`
package struct FusedGemm: RealOperator {
  package static let name = "FusedGemm"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let product: Gemm
  package let activation: ActivationEpilogue?

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    product = try Gemm(attributes.asVersion(13))
    activation = try ActivationEpilogue(attributes)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    _ = try inputs.tensor(0, of: ElementType.reals)
    return try product.infer(inputs)
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard var cost = try product.cost(inputs: inputs, outputs: outputs),
      let count = outputs.first?.shape?.elementCount
    else { return nil }
    cost.elementwiseOperations = try sum(
      cost.elementwiseOperations, Operators.product(count, activation?.operations ?? 0))
    return cost
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    product.reach(into: index, inputs: inputs, outputs: outputs)
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    try product.compute(call)
    activation?.apply(to: try call.results(0))
  }
}
