internal import Network

/// Embeddings of words, places and segments, added and normalised.
///
/// Inputs: words and segments `[batch, length]`, tables of words, places and segments, scale and bias, mask, places.
/// Outputs: the result, the number of words of each sequence that the mask leaves, the sum.
package struct EmbedLayerNormalization: Operator {
  package static let name = "EmbedLayerNormalization"
  package static let domain = "com.microsoft"
  package let role = Role.layer
  package let epsilon: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    epsilon = try attributes.float("epsilon", default: 1e-12)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let words = try inputs.tensor(0, of: [.int32, .int64])
    let table = try inputs.tensor(2, of: ElementType.reals)
    for index in [2, 3, 4] {
      if let rank = try inputs.optionalTensor(index)?.shape?.rank, rank != 2 {
        throw .rank(input: index, expected: "2", found: rank)
      }
    }
    guard inputs.has(1) == inputs.has(4) else { throw .missingInput(inputs.has(1) ? 4 : 1) }
    let width = table.shape?[1] ?? nil
    for index in [5, 6] {
      try ConvolutionShape.checkBias(inputs.tensor(index).shape, index: index, channels: width)
    }
    if let rank = words.shape?.rank, rank != 2 { throw .rank(input: 0, expected: "2", found: rank) }
    let output: Shape = [words.shape?[0] ?? nil, words.shape?[1] ?? nil, width]
    return [
      Fact(table.element, output), Fact(.int32, [words.shape?[0] ?? nil]), Fact(table.element, output),
    ]
  }

  /// The sums, then as LayerNormalization counts.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let extents = outputs.first?.shape?.known else { return nil }
    let addends = inputs.count > 4 && inputs[4] != nil ? 2 : 1
    let elements = try product(product(extents), 7 + addends)
    return Cost(elementwiseOperations: try sum(elements, product(product(extents.dropLast()), 5)))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    guard let extents = types[0].shape?.known else { throw .unsupported("unknown extents") }
    let (batch, length, width) = (extents[0], extents[1], extents[2])
    let sums = try DenseTensor(.float32, extents, limit: context.limit)
    let total = sums.mutableElements(as: Float.self)
    let places = try context.optionalIntegers(8) ?? Array(0..<length)
    let tokens = try product(batch, length)
    guard places.count == tokens || places.count == length else {
      throw .shape(input: 8, reason: "\(places.count) places for \(tokens) words")
    }
    try add(context, rows: context.integers(0), table: 2, input: 0, to: total, width)
    let rows = (0..<tokens).map { places[places.count == tokens ? $0 : $0 % length] }
    try add(context, rows: rows, table: 3, input: 8, to: total, width)
    if let segments = try context.optionalIntegers(1) {
      try add(context, rows: segments, table: 4, input: 1, to: total, width)
    }
    let scale = try context.values(of: context.input(5), as: Float.self, input: 5)
    let bias = try context.values(of: context.input(6), as: Float.self, input: 6)
    let result = try DenseTensor(.float32, extents, limit: context.limit)
    let target = result.mutableElements(as: Float.self)
    for token in 0..<tokens {
      let moments = Moments(UnsafeBufferPointer(total), start: token * width, count: width)
      let inverse = moments.inverseDeviation(epsilon: epsilon)
      for column in 0..<width {
        let index = token * width + column
        target[index] = (total[index] - moments.mean) * inverse * scale[column] + bias[column]
      }
    }
    try context.output(0, types[0].element, extents).store(result.elements(as: Float.self), input: 0)
    if context.wants(1) { try count(context, batch, length) }
    if context.wants(2) {
      try context.output(2, types[0].element, extents).store(sums.elements(as: Float.self), input: 0)
    }
  }

  private func add(
    _ context: KernelContext, rows: [Int], table index: Int, input: Int,
    to target: UnsafeMutableBufferPointer<Float>, _ width: Int
  ) throws(OperatorError) {
    let table = try context.input(index)
    guard table.dimensions[1] == width, rows.count * width == target.count else {
      throw .shape(input: index, reason: "\(table.dimensions) where rows of \(width) are needed")
    }
    let values = try context.values(of: table, as: Float.self, input: index)
    for (token, row) in rows.enumerated() {
      guard row >= 0, row < table.dimensions[0] else {
        throw .value(input: input, reason: "there is no row \(row)")
      }
      for column in 0..<width { target[token * width + column] += values[row * width + column] }
    }
  }

  private func count(_ context: KernelContext, _ batch: Int, _ length: Int) throws(OperatorError) {
    let counts = try context.output(1, .int32, [batch]).mutableElements(as: Int32.self)
    counts.update(repeating: 0)
    guard let mask = try context.optionalIntegers(7) else { return }
    guard mask.count == batch * length else {
      throw .shape(input: 7, reason: "another shape than the words'")
    }
    for (index, value) in mask.enumerated() where value == 1 { counts[index / length] += 1 }
  }
}
