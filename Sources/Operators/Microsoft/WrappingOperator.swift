internal import Network

/// An operator that is another one under another name or with a few attributes fixed.
protocol WrappingOperator: Operator {
  associatedtype Base: Operator
  var base: Base { get }
}

extension WrappingOperator {
  package static var domain: String { "com.microsoft" }
  package var role: Role { base.role }
  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] { try base.infer(inputs) }
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try base.cost(inputs: inputs, outputs: outputs)
  }
  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    base.reach(into: index, inputs: inputs, outputs: outputs)
  }
  package func run(_ context: KernelContext) throws(OperatorError) { try base.run(context) }
}

extension AttributeReader {
  /// The same attributes, read as a version of ai.onnx reads them.
  func asVersion(_ version: Int) -> AttributeReader {
    AttributeReader(attributes, version: version, inputCount: inputCount, outputCount: outputCount)
  }
}
