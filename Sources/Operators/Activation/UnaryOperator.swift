internal import Network

/// An operator that computes each output element from the input element at the same place.
package protocol UnaryOperator: Operator {
  /// Scalar operations per element, as `elementwiseOperations` counts them.
  var operationsPerElement: Int { get }
}

extension UnaryOperator {
  package var operationsPerElement: Int { 1 }
  package var role: Role { .activation }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.tensor(try inputs.tensor(0)))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, operationsPerElement)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }
}
