internal import Network

/// Scaled dot-product attention whose scores and weights pass through graphs of the caller's own.
///
/// Query `[batch, heads, length, size]`, key and value with their own heads and length; the graphs take and give
/// `[batch, heads, query length, key length]`.
package struct FlexAttention: RealOperator {
  package static let name = "FlexAttention"
  package static let domain = "ai.onnx.preview"
  package let role = Role.matrixLayer
  package let scale: Float?
  private let scoreModifier: Graph?
  private let weightModifier: Graph?
  private let precision: ElementType?

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    scale = try attributes.float("scale")
    scoreModifier = attributes.contains("score_mod") ? try attributes.graph("score_mod") : nil
    weightModifier = attributes.contains("prob_mod") ? try attributes.graph("prob_mod") : nil
    precision = try attributes.elementType("softmax_precision")
    if let precision, !ElementType.reals.contains(precision) {
      throw .attributeValue("softmax_precision", reason: "\(precision.name) is not a type of real numbers")
    }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let output = try output(inputs)
    let query = try inputs.tensor(0)
    let e = try extents(inputs.facts)
    let scores = Fact(scoreType(of: query.element), [e.batch, e.queryHeads, e.queryLength, e.newLength])
    for modifier in [scoreModifier, weightModifier] {
      guard let modifier else { continue }
      let results = try inputs.inferSubgraph(modifier, [scores])
      guard let result = results.first?.tensor, results.count == 1, result.element == scores.tensor?.element
      else { throw .attributeValue("score_mod", reason: "it does not give one tensor of the scores' type") }
      if let found = result.shape?.known, let expected = scores.shape?.known, found != expected {
        throw .attributeValue("score_mod", reason: "\(found) where the scores are \(expected)")
      }
    }
    return [Fact(.tensor(output))]
  }

  private func output(_ inputs: InferenceInputs) throws(OperatorError) -> TensorType {
    let query = try inputs.tensor(0, of: ElementType.reals)
    for index in 1...2 { _ = try inputs.tensor(index, of: [query.element]) }
    let e = try extents(inputs.facts)
    return TensorType(query.element, [e.batch, e.queryHeads, e.queryLength, e.valueSize])
  }

  /// The type of the output without that of the graphs, which only the analysis infers.
  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = [try output(context.knownInputs)]
    if types[0].element == .float64 {
      try RealContext<Double>.run(self, context, types)
    } else {
      try RealContext<Float>.run(self, context, types)
    }
  }

  private func scoreType(of element: ElementType) -> ElementType {
    precision ?? (element == .float64 ? .float64 : .float32)
  }

  package func extents(_ inputs: [Fact?]) throws(OperatorError) -> AttentionExtents {
    func shape(_ index: Int) -> Shape? { index < inputs.count ? inputs[index]?.shape : nil }
    return try AttentionExtents(shape(0), shape(1), shape(2))
  }

  /// Products, scale and softmax; the graphs' own nodes are counted by the analysis.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try extents(inputs).cost(operationsPerScore: 6)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let e = try extents(call.context.knownInputs.facts)
    guard let batch = e.batch, let heads = e.queryHeads, let keyHeads = e.keyHeads, let rows = e.queryLength,
      let columns = e.newLength, let size = e.headSize, let valueSize = e.valueSize
    else { throw .unsupported("unknown extents") }
    let factor = scale.map { Value($0) } ?? 1 / Value(size).squareRoot()
    let maps = try product(batch, heads)
    let scoreExtents = [batch, heads, rows, columns]
    var scores = try call.scratch(product(scoreExtents))
    let keyColumns = try call.scratch(product(size, columns))
    let output = try call.results(0)
    output.update(repeating: 0)
    guard let query = try call.values(0).baseAddress, let keys = try call.values(1).baseAddress,
      let values = try call.values(2).baseAddress, let target = output.baseAddress,
      let transposed = keyColumns.baseAddress, let products = scores.baseAddress, columns > 0
    else { return }
    func keyMap(_ map: Int) -> Int { map / heads * keyHeads + map % heads / (heads / keyHeads) }
    for map in 0..<maps {
      MatrixProduct.transpose(keys + keyMap(map) * columns * size, transposed, rows: columns, columns: size)
      MatrixProduct.accumulate(
        query + map * rows * size, transposed, products + map * rows * columns, rows: rows, depth: size,
        columns: columns)
    }
    for index in scores.indices { scores[index] *= factor }
    scores = try modified(scores, by: scoreModifier, scoreExtents, call)
    for row in 0..<(maps * rows) { Self.normalize(scores, (row * columns)..<((row + 1) * columns)) }
    scores = try modified(scores, by: weightModifier, scoreExtents, call)
    guard let weights = scores.baseAddress else { return }
    for map in 0..<maps {
      MatrixProduct.accumulate(
        weights + map * rows * columns, values + keyMap(map) * columns * valueSize,
        target + map * rows * valueSize, rows: rows, depth: columns, columns: valueSize)
    }
  }

  private func modified<Value: Real>(
    _ scores: UnsafeMutableBufferPointer<Value>, by modifier: Graph?, _ extents: [Int],
    _ call: RealContext<Value>
  ) throws(OperatorError) -> UnsafeMutableBufferPointer<Value> {
    guard let modifier else { return scores }
    let element = scoreType(of: try call.context.input(0).element)
    let input = try DenseTensor(element, extents, limit: call.context.limit)
    try input.store(UnsafeBufferPointer(scores), input: 0)
    guard let result = try call.context.runSubgraph(modifier, [.tensor(input)]).first?.tensor,
      result.dimensions == extents
    else { throw .attributeValue("score_mod", reason: "it does not give one tensor of the scores' shape") }
    let target = try call.scratch(scores.count)
    try result.load(into: target, input: 0)
    return target
  }

  private static func normalize<Value: Real>(
    _ values: UnsafeMutableBufferPointer<Value>, _ places: Range<Int>
  ) {
    var greatest = -Value.infinity
    for index in places { greatest = max(greatest, values[index]) }
    guard greatest > -.infinity else { return values[places].update(repeating: 0) }
    var total: Value = 0
    for index in places {
      values[index] = Value.exp(values[index] - greatest)
      total += values[index]
    }
    for index in places { values[index] /= total }
  }
}
