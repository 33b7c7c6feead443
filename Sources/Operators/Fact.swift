public import Network

/// What is known of a value before the network runs: its type, and its content where that is constant.
@usableFromInline
package struct Fact: Sendable {
  @usableFromInline package var type: ValueType
  /// The content, where it follows from the file and the bound extents alone. Kept for what shapes are made of and other
  /// small tensors, not for weights.
  package var constant: DenseTensor?

  package init(_ type: ValueType, constant: DenseTensor? = nil) {
    self.type = type
    self.constant = constant
  }

  package init(_ element: ElementType, _ shape: Shape?, constant: DenseTensor? = nil) {
    self.init(.tensor(TensorType(element, shape)), constant: constant)
  }

  package init(_ constant: DenseTensor) {
    self.init(constant.element, Shape(constant.dimensions), constant: constant)
  }

  @inlinable package var tensor: TensorType? { type.tensor }
  @inlinable package var shape: Shape? { type.tensor?.shape }
}

/// What an operator's shape rule may look at.
package struct InferenceInputs {
  /// nil where the node leaves an optional input out.
  package var facts: [Fact?]
  /// Infers a subgraph's outputs for given facts of its inputs; captured values are found by the caller.
  package var inferSubgraph: (Graph, [Fact]) throws(OperatorError) -> [Fact]
  /// The rounds of a loop, where the caller knows them and the trip count does not tell.
  package var rounds: Int?

  package init(
    _ facts: [Fact?],
    inferSubgraph: @escaping (Graph, [Fact]) throws(OperatorError) -> [Fact] = {
      (_, _) throws(OperatorError) in
      throw .unsupported("subgraphs here")
    }
  ) {
    self.facts = facts
    self.inferSubgraph = inferSubgraph
  }

  package var count: Int { facts.count }

  package func has(_ index: Int) -> Bool { index < facts.count && facts[index] != nil }

  package subscript(_ index: Int) -> Fact? { index < facts.count ? facts[index] : nil }

  /// The fact of a required input.
  package func required(_ index: Int) throws(OperatorError) -> Fact {
    guard let fact = self[index] else { throw .missingInput(index) }
    return fact
  }

  /// The type of a required input that is a tensor.
  package func tensor(_ index: Int) throws(OperatorError) -> TensorType {
    guard let type = try required(index).tensor else { throw .shape(input: index, reason: "not a tensor") }
    return type
  }

  /// The type of a required input that is a tensor of one of `types`.
  package func tensor(_ index: Int, of types: [ElementType]) throws(OperatorError) -> TensorType {
    let type = try tensor(index)
    guard types.contains(type.element) else { throw .elementType(input: index, found: type.element) }
    return type
  }

  /// The type of an input that may be left out.
  package func optionalTensor(_ index: Int) throws(OperatorError) -> TensorType? {
    has(index) ? try tensor(index) : nil
  }

  /// The elements of an integer input: nil if the input is left out; `.needsValue` if its content is not known.
  package func integers(_ index: Int) throws(OperatorError) -> [Int]? {
    guard let fact = self[index] else { return nil }
    guard let values = fact.constant?.integers else { throw .needsValue(input: index) }
    return values
  }
}
