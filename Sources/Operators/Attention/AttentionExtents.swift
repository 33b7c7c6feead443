package import Network

/// The extents of scaled dot-product attention; nil where one is not known.
package struct AttentionExtents: Sendable, Equatable {
  package var batch: Dimension = nil
  package var queryHeads: Dimension = nil
  package var keyHeads: Dimension = nil
  package var queryLength: Dimension = nil
  /// Of keys and values that come with this call, and of those cached before.
  package var newLength: Dimension = nil
  package var pastLength: Dimension = 0
  package var headSize: Dimension = nil
  package var valueSize: Dimension = nil

  package init() {}

  /// Of queries, keys and values `[batch, heads, length, size]`.
  init(_ query: Shape?, _ key: Shape?, _ value: Shape?) throws(OperatorError) {
    try self.init(query, key, value, rank: 4)
    queryHeads = query?[1] ?? nil
    keyHeads = try Self.agreed(key?[1] ?? nil, value?[1] ?? nil, input: 2, "the number of heads")
    queryLength = query?[2] ?? nil
    newLength = try Self.agreed(key?[2] ?? nil, value?[2] ?? nil, input: 2, "the length")
    headSize = try Self.agreed(query?[3] ?? nil, key?[3] ?? nil, input: 1, "the head size")
    valueSize = value?[3] ?? nil
    try checkHeads()
  }

  /// Of queries, keys and values `[batch, length, heads * size]`, whose heads are attributes.
  init(
    _ query: Shape?, _ key: Shape?, _ value: Shape?, queryHeads: Int?, keyHeads: Int?
  ) throws(OperatorError) {
    try self.init(query, key, value, rank: 3)
    guard let queryHeads else { throw .missingAttribute("q_num_heads") }
    guard let keyHeads else { throw .missingAttribute("kv_num_heads") }
    (self.queryHeads, self.keyHeads) = (queryHeads, keyHeads)
    queryLength = query?[1] ?? nil
    newLength = try Self.agreed(key?[1] ?? nil, value?[1] ?? nil, input: 2, "the length")
    let size = try Self.size(key?[2] ?? nil, heads: keyHeads, input: 1)
    headSize = try Self.agreed(
      Self.size(query?[2] ?? nil, heads: queryHeads, input: 0), size, input: 1, "the head size")
    valueSize = try Self.size(value?[2] ?? nil, heads: keyHeads, input: 2)
    try checkHeads()
  }

  /// The batch of tensors that all have this rank.
  private init(_ query: Shape?, _ key: Shape?, _ value: Shape?, rank: Int) throws(OperatorError) {
    for (index, shape) in [query, key, value].enumerated() {
      if let shape, shape.rank != rank {
        throw .rank(input: index, expected: "\(rank)", found: shape.rank)
      }
    }
    batch = try Self.agreed(query?[0] ?? nil, key?[0] ?? nil, input: 1, "the batch")
    batch = try Self.agreed(batch, value?[0] ?? nil, input: 2, "the batch")
  }

  private func checkHeads() throws(OperatorError) {
    if let queryHeads, let keyHeads, keyHeads < 1 || queryHeads % keyHeads != 0 {
      throw .shape(input: 1, reason: "\(queryHeads) query heads do not divide into \(keyHeads) key heads")
    }
  }

  package var totalLength: Dimension {
    guard let newLength, let pastLength else { return nil }
    let (total, overflow) = newLength.addingReportingOverflow(pastLength)
    return overflow ? nil : total
  }

  /// The extent that both sides agree on, `input` being named where they do not.
  static func agreed(
    _ a: Dimension, _ b: Dimension, input: Int, _ what: String
  ) throws(OperatorError) -> Dimension {
    if let a, let b, a != b { throw .shape(input: input, reason: "\(what) is \(b) where \(a) is needed") }
    return a ?? b
  }

  /// `hidden / heads`, which must divide.
  static func size(_ hidden: Dimension, heads: Int, input: Int) throws(OperatorError) -> Dimension {
    guard let hidden else { return nil }
    guard hidden % heads == 0 else {
      throw .shape(input: input, reason: "\(hidden) does not divide into \(heads) heads")
    }
    return hidden / heads
  }

  /// Multiply-accumulates of `Q K^T` and of the weights times V, every score counted; nil if an extent is unknown.
  ///
  /// `causalOffset` is the number of keys before the first query's own where a causal mask holds: a query then needs
  /// the keys up to its own place, taken as the area under that line, so that of a square of scores one half is needed.
  package func cost(
    operationsPerScore: Int, causalOffset: Int? = nil
  ) throws(OperatorError) -> Cost? {
    guard let batch, let heads = queryHeads, let rows = queryLength, let columns = totalLength, let headSize,
      let valueSize
    else { return nil }
    let sizes = try sum(headSize, valueSize)
    let maps = try product(batch, heads)
    let scores = try product([maps, rows, columns])
    var cost = Cost(
      macs: try product(scores, sizes), elementwiseOperations: try product(scores, operationsPerScore))
    if let causalOffset {
      let start = min(max(causalOffset, 0), columns)
      let rising = min(columns - start, rows)
      // Twice the area, which is a whole number.
      let slope = try sum(product([2, start, rising]), product(rising, rising))
      let area = try sum(slope, product([2, rows - rising, columns]))
      cost.causalMACs = try product([maps, area, sizes]) / 2
    }
    return cost
  }
}
