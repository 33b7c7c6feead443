internal import Network

/// One execution of `MultiHeadAttention`, its extents known.
struct MultiHeadRun<Value: Real> {
  private let operation: MultiHeadAttention
  private let call: RealContext<Value>
  private let batch: Int
  private let rows: Int
  private let newLength: Int
  private let pastLength: Int
  private let headSize: Int
  private let valueSize: Int

  private var heads: Int { operation.heads }
  private var total: Int { newLength + pastLength }

  init(_ operation: MultiHeadAttention, _ call: RealContext<Value>) throws(OperatorError) {
    let e = try operation.extents(call.context.knownInputs.facts)
    guard let batch = e.batch, let rows = e.queryLength, let newLength = e.newLength, let past = e.pastLength,
      let headSize = e.headSize, let valueSize = e.valueSize
    else { throw .missingInput(1) }
    self.operation = operation
    self.call = call
    (self.batch, self.rows, self.newLength, pastLength) = (batch, rows, newLength, past)
    (self.headSize, self.valueSize) = (headSize, valueSize)
  }

  func run() throws(OperatorError) {
    let queries = try call.scratch(product([batch, heads, rows, headSize]))
    let keys =
      call.wants(1) ? try call.results(1) : try call.scratch(product([batch, heads, total, headSize]))
    let values =
      call.wants(2) ? try call.results(2) : try call.scratch(product([batch, heads, total, valueSize]))
    let query = try source(0)
    gather(try call.values(0), query, part: 0, length: rows, size: headSize, into: queries)
    if query.isPacked {
      let packed = try call.values(0)
      gather(
        packed, query, part: 1, past: try call.optionalValues(6), length: newLength, size: headSize,
        into: keys)
      gather(
        packed, query, part: 2, past: try call.optionalValues(7), length: newLength, size: valueSize,
        into: values)
    } else {
      let key = try source(1)
      gather(
        try call.values(1), key, part: 0, bias: 1, past: try call.optionalValues(6), length: newLength,
        size: headSize,
        into: keys)
      let value = key.isPacked ? key : try source(2)
      gather(
        try call.values(key.isPacked ? 1 : 2), value, part: key.isPacked ? 1 : 0, bias: 2,
        past: try call.optionalValues(7), length: newLength, size: valueSize, into: values)
    }
    let kernel = ScaledDotProduct<Value>(
      batch: batch, heads: heads, keyHeads: heads, rows: rows, total: total, headSize: headSize,
      valueSize: valueSize, scale: operation.scale.map { Value($0) } ?? 1 / Value(headSize).squareRoot(),
      softcap: 0)
    try kernel.run(
      query: UnsafeBufferPointer(queries), .headsFirst(heads: heads, length: rows, size: headSize),
      keys: UnsafeBufferPointer(keys), values: UnsafeBufferPointer(values), output: call.results(0),
      .rowsFirst(heads: heads, length: rows, size: valueSize), observer: observer())
  }

  /// How a tensor holds its heads.
  private struct Source {
    let extents: [Int]
    /// Queries, keys and values, or keys and values, in one tensor.
    var isPacked: Bool { extents.count == 5 }

    func layout(size: Int, heads: Int) -> HeadLayout {
      switch extents.count {
      case 5:
        let parts = extents[3]
        return HeadLayout(
          batch: extents[1] * heads * parts * size, head: parts * size, row: heads * parts * size)
      case 4: return .headsFirst(heads: heads, length: extents[2], size: size)
      default: return .rowsFirst(heads: heads, length: extents[1], size: size)
      }
    }
  }

  private func source(_ index: Int) throws(OperatorError) -> Source {
    Source(extents: try call.dimensions(index))
  }

  private func gather(
    _ values: UnsafeBufferPointer<Value>, _ source: Source, part: Int, bias index: Int? = nil,
    past: UnsafeBufferPointer<Value>? = nil, length: Int, size: Int,
    into target: UnsafeMutableBufferPointer<Value>
  ) {
    // Keys from a cache were given their bias when they were made.
    var bias: UnsafeBufferPointer<Value>?
    if source.extents.count != 4, let all = try? call.optionalValues(3) {
      let start = (index ?? part) * heads * headSize
      bias = UnsafeBufferPointer(rebasing: all[start..<(start + heads * size)])
    }
    concatenateHeads(
      past: past, pastLength: past == nil ? 0 : pastLength, new: values,
      source.layout(size: size, heads: heads),
      offset: part * size, bias: bias, newLength: length, batch: batch, heads: heads, size: size, into: target
    )
  }

  private func observer() throws(OperatorError) -> ScaledDotProduct<Value>.Observer {
    let scores = [batch, heads, rows, total]
    let added = try AttentionMask<Value>(call, input: 5, scores: scores)
    let padding = try KeyPadding(call, scores)
    let copy = call.wants(3) ? try call.results(3) : nil
    var observer = ScaledDotProduct<Value>.Observer()
    observer.product = { place, row in
      guard let copy else { return }
      let start = ((place.batch * heads + place.head) * rows + place.row) * total
      for index in row.indices { copy[start + index] = row[index] }
    }
    observer.mask = { place, row in
      if let padding {
        for index in row.indices where padding.hides(place.batch, place.row, index) {
          row[index] += Value(operation.maskedScore)
        }
      }
      added?.add(to: row, place.batch, place.head, place.row)
      if operation.isCausal {
        for index in row.indices where index > place.row + pastLength { row[index] = -.infinity }
      }
    }
    return observer
  }
}

/// Which keys are padding: lengths `[batch]`, or ones for what counts as `[batch, keys]` or `[batch, queries, keys]`.
private struct KeyPadding {
  private let values: [Int]
  private let extents: [Int]

  init?<Value: Real>(_ call: RealContext<Value>, _ scores: [Int]) throws(OperatorError) {
    guard let values = try call.optionalIntegers(4) else { return nil }
    extents = try call.dimensions(4)
    self.values = values
    let allowed = [[scores[0]], [scores[0], scores[3]], [scores[0], scores[2], scores[3]]]
    guard allowed.contains(extents) else { throw .unsupported("a padding mask of shape \(extents)") }
  }

  func hides(_ batch: Int, _ row: Int, _ column: Int) -> Bool {
    switch extents.count {
    case 1: column >= values[batch]
    case 2: values[batch * extents[1] + column] == 0
    default: values[(batch * extents[1] + row) * extents[2] + column] == 0
    }
  }
}
