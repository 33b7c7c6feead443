internal import Network

/// Attention with its input projection, as ONNX Runtime fuses it: `[batch, length, hidden]` times
/// `[hidden, queries + keys + values]`, then scaled dot products for each head.
///
/// Further inputs: bias, mask, past `[2, batch, heads, length, size]`, a bias of the scores. The second output are the
/// keys and values so far.
package struct MicrosoftAttention: RealOperator {
  package static let name = "Attention"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let heads: Int
  package let scale: Float?
  package let isCausal: Bool
  package let maskedScore: Float
  private let hiddenSizes: [Int]?
  private let rotates: Bool
  private let sharesBuffer: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    heads = try attributes.requiredInteger("num_heads")
    guard heads > 0 else { throw .attributeValue("num_heads", reason: "\(heads) is not positive") }
    scale = try attributes.float("scale").flatMap { $0 == 0 ? nil : $0 }
    isCausal = try attributes.flag("unidirectional")
    maskedScore = try attributes.float("mask_filter_value", default: -10000)
    hiddenSizes = try attributes.integers("qkv_hidden_sizes").flatMap { $0.isEmpty ? nil : $0 }
    if let sizes = hiddenSizes, sizes.count != 3 || sizes[0] != sizes[1] || !sizes.allSatisfy({ $0 > 0 }) {
      throw .attributeValue("qkv_hidden_sizes", reason: "\(sizes) are not sizes of queries, keys and values")
    }
    rotates = try attributes.flag("do_rotary")
    sharesBuffer = try attributes.flag("past_present_share_buffer")
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    _ = try inputs.tensor(1, of: [input.element])
    let e = try extents(inputs.facts)
    return facts(of: e, input.element)
  }

  func facts(of e: AttentionExtents, _ element: ElementType) -> [Fact] {
    let hidden = e.valueSize.map { $0 * heads }
    return [
      Fact(element, [e.batch, e.queryLength, hidden]),
      Fact(element, [2, e.batch, heads, e.totalLength, e.headSize]),
    ]
  }

  package func extents(_ inputs: [Fact?]) throws(OperatorError) -> AttentionExtents {
    try extents(inputs, past: 4)
  }

  /// The extents as far as input, weight and past tell them; `past` names the input.
  func extents(_ inputs: [Fact?], past pastIndex: Int) throws(OperatorError) -> AttentionExtents {
    typealias E = AttentionExtents
    func shape(_ index: Int) -> Shape? { index < inputs.count ? inputs[index]?.shape : nil }
    var e = E()
    (e.queryHeads, e.keyHeads) = (heads, heads)
    if let input = shape(0) {
      guard input.rank == 3 else { throw .rank(input: 0, expected: "3", found: input.rank) }
      (e.batch, e.queryLength, e.newLength) = (input[0], input[1], input[1])
    }
    if let weight = shape(1) {
      guard weight.rank == 2 else { throw .rank(input: 1, expected: "2", found: weight.rank) }
      _ = try E.agreed(shape(0)?[2] ?? nil, weight[0], input: 1, "the hidden size")
      if let columns = weight[1] {
        let sizes = hiddenSizes ?? [columns / 3, columns / 3, columns / 3]
        guard try sum(sum(sizes[0], sizes[1]), sizes[2]) == columns else {
          throw .shape(input: 1, reason: "\(columns) columns for queries, keys and values")
        }
        e.headSize = try E.size(sizes[0], heads: heads, input: 1)
        e.valueSize = try E.size(sizes[2], heads: heads, input: 1)
      }
      try ConvolutionShape.checkBias(shape(2), index: 2, channels: weight[1])
    }
    if pastIndex < inputs.count, inputs[pastIndex] != nil {
      guard let past = shape(pastIndex) else {
        e.pastLength = nil
        return e
      }
      guard past.rank == 5 else { throw .rank(input: pastIndex, expected: "5", found: past.rank) }
      for (a, b) in [(2, past[0]), (e.batch, past[1]), (heads, past[2]), (e.headSize, past[4])] {
        _ = try E.agreed(a, b, input: pastIndex, "an extent")
      }
      e.pastLength = past[3]
    }
    return e
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try cost(inputs, extents(inputs), masks: [3, 5].count { $0 < inputs.count && inputs[$0] != nil })
  }

  /// The projection and its bias, then the scores.
  func cost(_ inputs: [Fact?], _ e: AttentionExtents, masks: Int) throws(OperatorError) -> Cost? {
    guard inputs.count > 1, let rows = e.batch, let length = e.queryLength,
      let weight = inputs[1]?.shape?.known,
      var cost = try e.cost(
        operationsPerScore: 6 + masks + (isCausal ? 1 : 0), causalOffset: isCausal ? e.pastLength : nil)
    else { return nil }
    let projection = try product([rows, length] + weight)
    let hasBias = inputs.count > 2 && inputs[2] != nil
    cost.macs = try sum(cost.macs, projection)
    cost.causalMACs = try cost.causalMACs.map { needed throws(OperatorError) in try sum(needed, projection) }
    if hasBias {
      cost.elementwiseOperations = try sum(cost.elementwiseOperations, product([rows, length, weight[1]]))
    }
    return cost
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    if rotates || sharesBuffer { throw .unsupported("rotated places or a shared cache") }
    let e = try extents(call.context.knownInputs.facts)
    try run(
      call, e, input: call.values(0), weight: call.values(1), bias: call.optionalValues(2),
      past: call.optionalValues(4),
      mask: KeyMask(call.context, 3, e, maskedScore: maskedScore), scoreBias: call.has(5) ? 5 : nil)
  }

  /// Projects and attends; the tensors are dense and of the extents `e`.
  func run<Value: Real>(
    _ call: RealContext<Value>, _ e: AttentionExtents, input: UnsafeBufferPointer<Value>,
    weight: UnsafeBufferPointer<Value>, bias: UnsafeBufferPointer<Value>?, past: UnsafeBufferPointer<Value>?,
    mask: KeyMask?, scoreBias: Int?
  ) throws(OperatorError) {
    guard let batch = e.batch, let rows = e.queryLength, let pastLength = e.pastLength, let size = e.headSize,
      let valueSize = e.valueSize, let total = e.totalLength
    else { throw .unsupported("unknown extents") }
    let columns = heads * (2 * size + valueSize)
    let tokens = batch * rows
    let projected = try call.scratch(product(tokens, columns))
    for index in projected.indices { projected[index] = bias?[index % columns] ?? 0 }
    if let a = input.baseAddress, let b = weight.baseAddress, let c = projected.baseAddress {
      MatrixProduct.accumulate(a, b, c, rows: tokens, depth: input.count / max(tokens, 1), columns: columns)
    }
    let source = UnsafeBufferPointer(projected)
    func layout(_ size: Int) -> HeadLayout { HeadLayout(batch: rows * columns, head: size, row: columns) }
    let queries = try call.scratch(product([batch, heads, rows, size]))
    concatenateHeads(
      past: nil, pastLength: 0, new: source, layout(size), newLength: rows, batch: batch, heads: heads,
      size: size, into: queries)
    let count = try product([batch, heads, total, size])
    // Present keys and values are one tensor, which exists only where both have the same size.
    let present = call.wants(1) ? try call.results(1) : nil
    if present != nil || past != nil, size != valueSize {
      throw .unsupported("a cache of values whose size is not that of the keys")
    }
    let keys: UnsafeMutableBufferPointer<Value>
    let values: UnsafeMutableBufferPointer<Value>
    if let present {
      keys = UnsafeMutableBufferPointer(rebasing: present[..<count])
      values = UnsafeMutableBufferPointer(rebasing: present[count...])
    } else {
      keys = try call.scratch(count)
      values = try call.scratch(product([batch, heads, total, valueSize]))
    }
    let half = past.map { $0.count / 2 } ?? 0
    concatenateHeads(
      past: past.map { UnsafeBufferPointer(rebasing: $0[..<half]) }, pastLength: pastLength, new: source,
      layout(size), offset: heads * size, newLength: rows, batch: batch, heads: heads, size: size, into: keys)
    concatenateHeads(
      past: past.map { UnsafeBufferPointer(rebasing: $0[half...]) }, pastLength: pastLength, new: source,
      layout(valueSize), offset: 2 * heads * size, newLength: rows, batch: batch, heads: heads,
      size: valueSize, into: values)
    let kernel = ScaledDotProduct<Value>(
      batch: batch, heads: heads, keyHeads: heads, rows: rows, total: total, headSize: size,
      valueSize: valueSize, scale: scale.map { Value($0) } ?? 1 / Value(size).squareRoot(), softcap: 0)
    let added = try scoreBias.flatMap { index throws(OperatorError) in
      try AttentionMask<Value>(call, input: index, scores: [batch, heads, rows, total])
    }
    var observer = ScaledDotProduct<Value>.Observer()
    observer.mask = { [isCausal] place, row in
      added?.add(to: row, place.batch, place.head, place.row)
      mask?.add(to: row, place.batch, place.row)
      if isCausal {
        for index in row.indices where index > place.row + pastLength { row[index] = -.infinity }
      }
    }
    try kernel.run(
      query: UnsafeBufferPointer(queries), .headsFirst(heads: heads, length: rows, size: size),
      keys: UnsafeBufferPointer(keys), values: UnsafeBufferPointer(values), output: call.results(0),
      .rowsFirst(heads: heads, length: rows, size: valueSize), observer: observer)
  }
}

/// Which keys count: ends `[batch]`, ends and starts `[2 * batch]`, or ones for `[batch, keys]` or
/// `[batch, queries, keys]`. The others' scores are lowered by a large number.
struct KeyMask {
  private let values: [Int]
  private let extents: [Int]
  private let batch: Int
  private let maskedScore: Float

  /// nil if the input is left out.
  init?(
    _ context: KernelContext, _ input: Int, _ e: AttentionExtents, maskedScore: Float
  ) throws(OperatorError) {
    guard let tensor = try context.optionalInput(input), let batch = e.batch, let rows = e.queryLength,
      let total = e.totalLength
    else { return nil }
    guard let values = tensor.integers else { throw .elementType(input: input, found: tensor.element) }
    let allowed = [[batch], [2 * batch], [batch, total], [batch, rows, total]]
    guard allowed.contains(tensor.dimensions) else {
      throw .unsupported("a mask of shape \(tensor.dimensions)")
    }
    (self.values, extents, self.batch, self.maskedScore) = (values, tensor.dimensions, batch, maskedScore)
  }

  func add<Value: Real>(to row: UnsafeMutableBufferPointer<Value>, _ image: Int, _ query: Int) {
    for column in row.indices where !counts(image, query, column) { row[column] += Value(maskedScore) }
  }

  private func counts(_ image: Int, _ row: Int, _ column: Int) -> Bool {
    switch extents.count {
    case 1:
      let start = extents[0] == batch ? 0 : values[batch + image]
      return column >= start && column < values[image]
    case 2: return values[image * extents[1] + column] > 0
    default: return values[(image * extents[1] + row) * extents[2] + column] > 0
    }
  }
}
