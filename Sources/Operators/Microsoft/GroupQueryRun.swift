internal import Network

/// One execution of `GroupQueryAttention`, its extents known.
struct GroupQueryRun<Value: Real> {
  private let operation: GroupQueryAttention
  private let call: RealContext<Value>
  private let batch: Int
  private let rows: Int
  /// Of the present keys.
  private let capacity: Int
  private let size: Int
  /// Keys before the first query of each image.
  private let past: [Int]
  /// Keys of each image that are not padding.
  private let lengths: [Int]

  init(_ operation: GroupQueryAttention, _ call: RealContext<Value>) throws(OperatorError) {
    let e = try operation.extents(call.context.knownInputs.facts)
    guard let batch = e.batch, let rows = e.queryLength, let capacity = e.newLength, let size = e.headSize
    else {
      throw .unsupported("unknown extents")
    }
    guard let lengths = try call.optionalIntegers(5), lengths.count == batch else { throw .missingInput(5) }
    guard let total = try call.optionalIntegers(6)?.first else { throw .missingInput(6) }
    // A first prompt begins at the first key, however much of it is padding.
    var past: [Int] = []
    for length in lengths {
      guard length >= 0, length < capacity else {
        throw .value(input: 5, reason: "\(length) is not a length")
      }
      let start = rows == total ? 0 : length + 1 - rows
      guard start >= 0, start + rows <= capacity else {
        throw .value(input: 5, reason: "\(rows) keys do not fit behind \(start)")
      }
      past.append(start)
    }
    (self.operation, self.call, self.past) = (operation, call, past)
    self.lengths = lengths.map { $0 + 1 }
    (self.batch, self.rows, self.capacity, self.size) = (batch, rows, capacity, size)
  }

  func run() throws(OperatorError) {
    let (heads, keyHeads) = (operation.heads, operation.keyHeads)
    let queries = try call.scratch(product([batch, heads, rows, size]))
    let count = try product([batch, keyHeads, capacity, size])
    let keys = call.wants(1) ? try call.results(1) : try call.scratch(count)
    let values = call.wants(2) ? try call.results(2) : try call.scratch(count)
    let isPacked = !call.has(1)
    let width = (isPacked ? heads + 2 * keyHeads : heads) * size
    let layout = HeadLayout(batch: rows * width, head: size, row: width)
    let keyLayout = isPacked ? layout : .rowsFirst(heads: keyHeads, length: rows, size: size)
    try concatenateHeads(
      past: nil, pastLength: 0, new: call.values(0), layout, newLength: rows, batch: batch, heads: heads,
      size: size,
      into: queries)
    try place(call.values(isPacked ? 0 : 1), keyLayout, isPacked ? heads * size : 0, cache: 3, into: keys)
    try place(
      call.values(isPacked ? 0 : 2), keyLayout, isPacked ? (heads + keyHeads) * size : 0, cache: 4,
      into: values)
    if operation.rotates {
      try rotate(queries, heads: heads, length: rows) { _ in 0 }
      try rotate(keys, heads: keyHeads, length: capacity) { past[$0] }
    }
    let kernel = ScaledDotProduct<Value>(
      batch: batch, heads: heads, keyHeads: keyHeads, rows: rows, total: capacity, headSize: size,
      valueSize: size, scale: operation.scale.map { Value($0) } ?? 1 / Value(size).squareRoot(),
      softcap: Value(operation.softcap))
    try kernel.run(
      query: UnsafeBufferPointer(queries), .headsFirst(heads: heads, length: rows, size: size),
      keys: UnsafeBufferPointer(keys), values: UnsafeBufferPointer(values), output: call.results(0),
      .rowsFirst(heads: heads, length: rows, size: size), observer: observer())
  }

  /// Copies what of the cache counts and puts the new rows behind it.
  private func place(
    _ source: UnsafeBufferPointer<Value>, _ layout: HeadLayout, _ offset: Int, cache index: Int,
    into target: UnsafeMutableBufferPointer<Value>
  ) throws(OperatorError) {
    target.update(repeating: 0)
    let cache = try call.optionalValues(index)
    let cached = cache == nil ? 0 : try call.dimensions(index)[2]
    for image in 0..<batch {
      for head in 0..<operation.keyHeads {
        let plane = image * operation.keyHeads + head
        if let cache {
          for element in 0..<(min(past[image], cached) * size) {
            target[plane * capacity * size + element] = cache[plane * cached * size + element]
          }
        }
        for row in 0..<rows {
          let from = offset + image * layout.batch + head * layout.head + row * layout.row
          let to = (plane * capacity + past[image] + row) * size
          for element in 0..<size { target[to + element] = source[from + element] }
        }
      }
    }
  }

  /// Rotates the new rows of `[batch, heads, length, size]`, the first of which lies at `first`.
  private func rotate(
    _ target: UnsafeMutableBufferPointer<Value>, heads: Int, length: Int, first: (Int) -> Int
  ) throws(OperatorError) {
    let table = try call.dimensions(7)
    let (cosines, sines) = (try call.values(7), try call.values(8))
    guard table.count == 2, 2 * table[1] <= size, sines.count == cosines.count else {
      throw .shape(input: 7, reason: "\(table) does not hold angles for heads of \(size)")
    }
    let pairs = table[1]
    for image in 0..<batch {
      guard past[image] + rows <= table[0] else { throw .value(input: 7, reason: "there are too few places") }
      for head in 0..<heads {
        for row in 0..<rows {
          let start = ((image * heads + head) * length + first(image) + row) * size
          let angles = (past[image] + row) * pairs
          for pair in 0..<pairs {
            let a = start + (operation.isInterleaved ? 2 * pair : pair)
            let b = operation.isInterleaved ? a + 1 : a + pairs
            let (x, y) = (target[a], target[b])
            target[a] = cosines[angles + pair] * x - sines[angles + pair] * y
            target[b] = sines[angles + pair] * x + cosines[angles + pair] * y
          }
        }
      }
    }
  }

  private func observer() throws(OperatorError) -> ScaledDotProduct<Value>.Observer {
    let mask = try AttentionMask<Value>(call, input: 10, scores: [batch, operation.heads, rows, capacity])
    var observer = ScaledDotProduct<Value>.Observer()
    observer.mask = { place, row in
      mask?.add(to: row, place.batch, place.head, place.row)
      let own = past[place.batch] + place.row
      let first = operation.window.map { own - min($0, row.count) + 1 } ?? 0
      let end = min(own + 1, lengths[place.batch])
      for index in row.indices where index >= end || index < first { row[index] = -.infinity }
    }
    return observer
  }
}
