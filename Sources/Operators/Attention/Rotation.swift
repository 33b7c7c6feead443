internal import Network

/// The extents of a rotation.
struct Rotation {
  let batch: Int
  let length: Int
  let heads: Int
  let pairs: Int
  private let size: Int
  private let layout: HeadLayout

  init(_ operation: RotaryEmbedding, _ shape: [Int]) throws(OperatorError) {
    guard shape.count == 3 || shape.count == 4 else {
      throw .rank(input: 0, expected: "3 or 4", found: shape.count)
    }
    if shape.count == 3 {
      guard let heads = operation.heads else { throw .missingAttribute("num_heads") }
      guard shape[2] % heads == 0 else {
        throw .shape(input: 0, reason: "\(shape[2]) does not divide into \(heads) heads")
      }
      (batch, length, self.heads, size) = (shape[0], shape[1], heads, shape[2] / heads)
      layout = .rowsFirst(heads: heads, length: length, size: size)
    } else {
      (batch, heads, length, size) = (shape[0], shape[1], shape[2], shape[3])
      layout = .headsFirst(heads: heads, length: length, size: size)
    }
    let rotated = operation.rotatedSize == 0 ? size : operation.rotatedSize
    guard rotated <= size, rotated % 2 == 0 else {
      throw .shape(input: 0, reason: "heads of \(size) do not hold \(rotated) elements in pairs")
    }
    pairs = rotated / 2
  }

  /// Checks a table of cosines or sines.
  func check(_ table: [Int]?, places: [Int]?, input: Int) throws(OperatorError) {
    if let places, places != [batch, length] {
      throw .shape(input: 3, reason: "\(places) where \([batch, length]) is needed")
    }
    guard let table else { return }
    let fits = places == nil ? table == [batch, length, pairs] : table.count == 2 && table[1] == pairs
    if !fits { throw .shape(input: input, reason: "\(table) does not hold \(pairs) angles for each place") }
  }

  /// Four products and two sums for each pair.
  func cost() throws(OperatorError) -> Cost {
    Cost(elementwiseOperations: try product([batch, length, heads, pairs, 6]))
  }

  /// Rotates all heads of one token by the angles in a row of the tables.
  func rotate<Value: Real>(
    _ source: UnsafeBufferPointer<Value>, _ target: UnsafeMutableBufferPointer<Value>, _ image: Int,
    _ step: Int, _ cosines: UnsafeBufferPointer<Value>, _ sines: UnsafeBufferPointer<Value>, row: Int,
    isInterleaved: Bool
  ) {
    for head in 0..<heads {
      let start = image * layout.batch + step * layout.row + head * layout.head
      for pair in 0..<pairs {
        let first = start + (isInterleaved ? 2 * pair : pair)
        let second = isInterleaved ? first + 1 : first + pairs
        let (a, b) = (source[first], source[second])
        let (cosine, sine) = (cosines[row * pairs + pair], sines[row * pairs + pair])
        target[first] = cosine * a - sine * b
        target[second] = sine * a + cosine * b
      }
    }
  }
}
