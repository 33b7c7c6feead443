internal import Network

extension Attention {
  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let e = try extents(call.context.knownInputs.facts)
    guard let batch = e.batch, let heads = e.queryHeads, let keyHeads = e.keyHeads, let rows = e.queryLength,
      let newLength = e.newLength, let pastLength = e.pastLength, let total = e.totalLength,
      let headSize = e.headSize, let valueSize = e.valueSize
    else { throw .unsupported("unknown extents") }
    let isFlat = try call.dimensions(0).count == 3
    func layout(_ heads: Int, _ length: Int, _ size: Int) -> HeadLayout {
      isFlat
        ? .rowsFirst(heads: heads, length: length, size: size)
        : .headsFirst(heads: heads, length: length, size: size)
    }
    let keys =
      call.wants(1) ? try call.results(1) : try call.scratch(product([batch, keyHeads, total, headSize]))
    let values =
      call.wants(2) ? try call.results(2) : try call.scratch(product([batch, keyHeads, total, valueSize]))
    try concatenateHeads(
      past: call.optionalValues(4), pastLength: pastLength, new: call.values(1),
      layout(keyHeads, newLength, headSize), newLength: newLength, batch: batch, heads: keyHeads,
      size: headSize,
      into: keys)
    try concatenateHeads(
      past: call.optionalValues(5), pastLength: pastLength, new: call.values(2),
      layout(keyHeads, newLength, valueSize), newLength: newLength, batch: batch, heads: keyHeads,
      size: valueSize, into: values)
    let kernel = ScaledDotProduct<Value>(
      batch: batch, heads: heads, keyHeads: keyHeads, rows: rows, total: total, headSize: headSize,
      valueSize: valueSize, scale: scale.map { Value($0) } ?? 1 / Value(headSize).squareRoot(),
      softcap: Value(softcap))
    let output = try call.results(0)
    try kernel.run(
      query: call.values(0), layout(heads, rows, headSize), keys: UnsafeBufferPointer(keys),
      values: UnsafeBufferPointer(values), output: output, layout(heads, rows, valueSize),
      observer: observer(call, [batch, heads, rows, total], pastLength: pastLength))
  }

  private func observer<Value: Real>(
    _ call: RealContext<Value>, _ scores: [Int], pastLength: Int
  ) throws(OperatorError) -> ScaledDotProduct<Value>.Observer {
    let mask = try AttentionMask<Value>(call, input: 3, scores: scores)
    let lengths = try call.optionalIntegers(6)
    if let lengths, lengths.count != scores[0] || !lengths.allSatisfy((0...scores[3]).contains) {
      throw .value(input: 6, reason: "not a number of keys for each image")
    }
    let copy = call.wants(3) ? try call.results(3) : nil
    let wanted = scoresOutput
    func save(_ place: ScaledDotProduct<Value>.Place, _ row: UnsafeMutableBufferPointer<Value>) {
      guard let copy else { return }
      let start = ((place.batch * scores[1] + place.head) * scores[2] + place.row) * scores[3]
      for index in row.indices { copy[start + index] = row[index] }
    }
    var observer = ScaledDotProduct<Value>.Observer()
    if wanted == .products { observer.product = save }
    if wanted == .weights { observer.weights = save }
    observer.mask = { [self] place, row in
      if wanted == .capped { save(place, row) }
      mask?.add(to: row, place.batch, place.head, place.row)
      let length = lengths?[place.batch]
      // Keys before the first query's own: the cached ones, or those of an outer cache that are not padding.
      hide(row, own: place.row + (length.map { $0 - scores[2] } ?? pastLength), length: length)
      if wanted == .masked { save(place, row) }
    }
    return observer
  }

  /// Sets the scores of keys that a query at place `own` may not see to minus infinity.
  private func hide<Value: Real>(_ row: UnsafeMutableBufferPointer<Value>, own: Int, length: Int?) {
    var (first, end) = (0, row.count)
    if isCausal { end = min(end, own + 1) }
    if let rightWindow { end = min(end, own + min(rightWindow, row.count) + 1) }
    if let leftWindow { first = max(first, own - min(leftWindow, row.count)) }
    if let length { end = min(end, length) }
    for index in row.indices where index < first || index >= end { row[index] = -.infinity }
  }
}

/// A mask that broadcasts to scores of `[batch, heads, rows, columns]`, added to them. Columns it does not have are hidden.
struct AttentionMask<Value: Real> {
  private let values: UnsafeBufferPointer<Value>
  private let strides: [Int]
  private let columns: Int

  /// nil if the input is left out.
  init?(_ call: RealContext<Value>, input: Int, scores: [Int]) throws(OperatorError) {
    guard let tensor = try call.context.optionalInput(input), let last = tensor.dimensions.last else {
      return nil
    }
    if tensor.element == .bool {
      let allowed = tensor.elements(as: UInt8.self)
      let converted = try call.scratch(allowed.count)
      for index in allowed.indices { converted[index] = allowed[index] != 0 ? 0 : -.infinity }
      values = UnsafeBufferPointer(converted)
    } else {
      values = try call.values(input)
    }
    columns = last
    // Strides in rows of the mask.
    strides = try broadcastStrides(
      Array(tensor.dimensions.dropLast()), to: Array(scores.dropLast()), input: input)
  }

  func add(to row: UnsafeMutableBufferPointer<Value>, _ batch: Int, _ head: Int, _ place: Int) {
    let start = (batch * strides[0] + head * strides[1] + place * strides[2]) * columns
    for index in row.indices {
      row[index] = index < columns ? row[index] + values[start + index] : -.infinity
    }
  }
}
