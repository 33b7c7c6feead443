internal import Network

/// How often each n-gram of a given list occurs in a row of words or numbers, [C] or [B, C], weighted where asked for.
struct TfIdfVectorizer: Operator {
  static let name = "TfIdfVectorizer"
  private let criterion: Criterion
  private let lengths: ClosedRange<Int>
  private let largestSkip: Int
  private let grams: Grams
  private let outputExtent: Int
  private let weights: [Float]?

  private enum Criterion: String { case frequency = "TF", inverse = "IDF", both = "TFIDF" }

  /// The column of each n-gram.
  private enum Grams: Sendable {
    case numbers([[Int]: Int])
    case words([[String]: Int])
  }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let mode = try attributes.string("mode") else { throw .missingAttribute("mode") }
    guard let criterion = Criterion(rawValue: mode) else {
      throw .attributeValue("mode", reason: "not TF, IDF or TFIDF")
    }
    self.criterion = criterion
    let shortest = try attributes.requiredInteger("min_gram_length")
    let longest = try attributes.requiredInteger("max_gram_length")
    guard shortest >= 1, longest >= shortest, longest <= 1 << 16 else {
      throw .attributeValue("max_gram_length", reason: "not a range of lengths")
    }
    lengths = shortest...longest
    largestSkip = try attributes.requiredInteger("max_skip_count")
    guard largestSkip >= 0, largestSkip < 1 << 16 else {
      throw .attributeValue("max_skip_count", reason: "not a number of words")
    }
    guard let columns = try attributes.integers("ngram_indexes") else {
      throw .missingAttribute("ngram_indexes")
    }
    guard let starts = try attributes.integers("ngram_counts") else {
      throw .missingAttribute("ngram_counts")
    }
    guard columns.allSatisfy({ $0 >= 0 && $0 < 1 << 31 }) else {
      throw .attributeValue("ngram_indexes", reason: "not columns")
    }
    outputExtent = (columns.max() ?? -1) + 1
    weights = try attributes.floats("weights")
    if let weights, criterion != .frequency, weights.count < outputExtent {
      throw .attributeValue("weights", reason: "fewer than columns")
    }
    if let pool = try attributes.strings("pool_strings") {
      grams = .words(try Self.table(pool, starts, columns, lengths))
    } else {
      grams = .numbers(try Self.table(try attributes.integers("pool_int64s") ?? [], starts, columns, lengths))
    }
  }

  /// Part `n` of the pool holds n-grams of n + 1 items.
  private static func table<Item: Hashable>(
    _ pool: [Item], _ starts: [Int], _ columns: [Int], _ lengths: ClosedRange<Int>
  ) throws(OperatorError) -> [[Item]: Int] {
    var table: [[Item]: Int] = [:]
    var number = 0
    for (part, start) in starts.enumerated() {
      let end = part + 1 < starts.count ? starts[part + 1] : pool.count
      guard start >= 0, start <= end, end <= pool.count else {
        throw .attributeValue("ngram_counts", reason: "outside the pool")
      }
      let length = part + 1
      for gram in 0..<(end - start) / length {
        guard number < columns.count else {
          throw .attributeValue("ngram_indexes", reason: "fewer than n-grams")
        }
        let first = start + gram * length
        if lengths.contains(length) { table[Array(pool[first..<first + length])] = columns[number] }
        number += 1
      }
    }
    return table
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard let shape = try inputs.tensor(0).shape else { return [Fact(.float32, nil)] }
    switch shape.rank {
    case 0, 1: return [Fact(.float32, [outputExtent])]
    case 2: return [Fact(.float32, [shape[0], outputExtent])]
    default: throw .rank(input: 0, expected: "1 or 2", found: shape.rank)
    }
  }

  /// One comparison for each item, length and distance.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(inputs.first??.tensor, try product(lengths.count, largestSkip + 1))
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    var counts = [Int](repeating: 0, count: output.elementCount)
    switch grams {
    case .words(let table):
      let input = try context.strings(0)
      count(input.elements, rows: input.dimensions.count > 1 ? input.dimensions[0] : 1, table, &counts)
    case .numbers(let table):
      let rows = try context.input(0).dimensions
      count(try context.integers(0), rows: rows.count > 1 ? rows[0] : 1, table, &counts)
    }
    let target = output.mutableElements(as: Float.self)
    for (index, count) in counts.enumerated() {
      let weight = criterion == .frequency ? 1 : weights?[index % outputExtent] ?? 1
      target[index] = criterion == .inverse ? (count > 0 ? weight : 0) : weight * Float(count)
    }
  }

  private func count<Item: Hashable>(
    _ items: [Item], rows: Int, _ table: [[Item]: Int], _ counts: inout [Int]
  ) {
    guard rows > 0 else { return }
    let extent = items.count / rows
    for row in 0..<rows {
      for length in lengths {
        // Single items do not depend on the distance between items.
        for distance in 1...(length == 1 ? 1 : largestSkip + 1) {
          let span = distance * (length - 1)
          guard span < extent else { break }
          for start in 0..<extent - span {
            let gram = (0..<length).map { items[row * extent + start + $0 * distance] }
            if let column = table[gram] { counts[row * outputExtent + column] += 1 }
          }
        }
      }
    }
  }
}
