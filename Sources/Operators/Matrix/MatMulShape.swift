package import Network

/// Shapes of a matrix product as numpy defines it: matrices in the last two axes, those before broadcast; a vector is a row on
/// the left and a column on the right, and its axis of 1 is left out of the result.
package struct MatMulShape: Sendable, Equatable {
  /// Broadcast extents of the axes before the matrices.
  package let batch: [Dimension]
  package let rows: Dimension
  package let depth: Dimension
  package let columns: Dimension
  package let isLeftVector: Bool
  package let isRightVector: Bool

  package init(_ left: Shape, _ right: Shape, rightIndex: Int = 1) throws(OperatorError) {
    guard left.rank > 0 else { throw .rank(input: 0, expected: "1 or more", found: 0) }
    guard right.rank > 0 else { throw .rank(input: rightIndex, expected: "1 or more", found: 0) }
    isLeftVector = left.rank == 1
    isRightVector = right.rank == 1
    rows = isLeftVector ? 1 : left[left.rank - 2]
    columns = isRightVector ? 1 : right[right.rank - 1]
    let depths = (left[left.rank - 1], right[max(right.rank - 2, 0)])
    if let a = depths.0, let b = depths.1, a != b {
      throw .shape(input: rightIndex, reason: "\(b) rows for \(a) columns")
    }
    depth = depths.0 ?? depths.1
    batch = try Self.broadcast(
      left.dimensions.dropLast(2), right.dimensions.dropLast(2), index: rightIndex)
  }

  private static func broadcast(
    _ a: ArraySlice<Dimension>, _ b: ArraySlice<Dimension>, index: Int
  ) throws(OperatorError) -> [Dimension] {
    let rank = max(a.count, b.count)
    var extents: [Dimension] = []
    extents.reserveCapacity(rank)
    // Places from the end.
    for place in stride(from: rank, to: 0, by: -1) {
      let x: Dimension = place > a.count ? 1 : a[a.endIndex - place]
      let y: Dimension = place > b.count ? 1 : b[b.endIndex - place]
      switch (x, y) {
      case (1, let other), (let other, 1): extents.append(other)
      case (let p?, let q?):
        guard p == q else { throw .shape(input: index, reason: "\(q) does not broadcast to \(p)") }
        extents.append(p)
      // An extent above 1 decides: the other one is equal or 1.
      case (let known?, nil), (nil, let known?): extents.append(known)
      case (nil, nil): extents.append(nil)
      }
    }
    return extents
  }

  package var output: Shape {
    var extents = batch
    extents.reserveCapacity(batch.count + 2)
    if !isLeftVector { extents.append(rows) }
    if !isRightVector { extents.append(columns) }
    return Shape(extents)
  }

  /// Output elements x depth; nil if an extent is unknown.
  package var macs: Int? {
    get throws(OperatorError) {
      guard let rows, let depth, let columns else { return nil }
      var extents: [Int] = []
      extents.reserveCapacity(batch.count + 3)
      for extent in batch {
        guard let extent else { return nil }
        extents.append(extent)
      }
      extents.append(rows)
      extents.append(depth)
      extents.append(columns)
      return try product(extents)
    }
  }

  /// Shape of the operands' batch axes laid along the output's: strides in matrices.
  func strides(_ operand: [Int], index: Int) throws(OperatorError) -> [Int] {
    guard let extents = Shape(batch).known else { throw .unsupported("unknown extents") }
    return try broadcastStrides(Array(operand.dropLast(2)), to: extents, input: index)
  }
}

/// A matrix product of dense operands, every extent known.
struct MatMulKernel {
  let shape: MatMulShape
  let extents: [Int]
  let rows: Int
  let depth: Int
  let columns: Int
  private let left: [Int]
  private let right: [Int]

  init(_ left: [Int], _ right: [Int]) throws(OperatorError) {
    shape = try MatMulShape(Shape(left), Shape(right))
    guard let batch = Shape(shape.batch).known, let rows = shape.rows, let depth = shape.depth,
      let columns = shape.columns
    else { throw .unsupported("unknown extents") }
    (extents, self.rows, self.depth, self.columns) = (batch, rows, depth, columns)
    self.left = try broadcastStrides(Array(left.dropLast(2)), to: batch, input: 0)
    self.right = try broadcastStrides(Array(right.dropLast(2)), to: batch, input: 1)
  }

  /// Calls `body` with the index of each output matrix and of the two that it is the product of.
  func forEachMatrix(_ body: (_ output: Int, _ left: Int, _ right: Int) -> Void) {
    let count = extents.reduce(1, &*)
    for output in 0..<count {
      var rest = output
      var (a, b) = (0, 0)
      for axis in extents.indices.reversed() {
        let position = rest % extents[axis]
        rest /= extents[axis]
        a += position * left[axis]
        b += position * right[axis]
      }
      body(output, a, b)
    }
  }

  func run<Value: Arithmetic>(
    _ a: UnsafeBufferPointer<Value>, _ b: UnsafeBufferPointer<Value>, _ c: UnsafeMutableBufferPointer<Value>
  ) {
    c.update(repeating: .zero)
    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
    forEachMatrix { output, left, right in
      MatrixProduct.accumulate(
        a + left * rows * depth, b + right * depth * columns, c + output * rows * columns,
        rows: rows, depth: depth, columns: columns)
    }
  }
}
