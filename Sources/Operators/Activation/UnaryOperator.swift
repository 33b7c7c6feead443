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

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .same : .none }
}

extension UnaryOperator {
  /// Applies `function` to every element, computing 16-bit floats in 32 bits.
  static func map(
    _ context: KernelContext, _ function: (Double) -> Double
  ) throws(OperatorError) {
    let input = try context.input(0)
    let output = try context.output(0, input.element, input.dimensions)
    switch input.element {
    case .float32:
      let source = input.elements(as: Float.self)
      let target = output.mutableElements(as: Float.self)
      for index in source.indices { target[index] = Float(function(Double(source[index]))) }
    default: throw .elementType(input: 0, found: input.element)
    }
  }
}
