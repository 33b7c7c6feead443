/// Products of dense row-major matrices: the inner loops that the matrix operators share.
enum MatrixProduct {
  /// `c[rows, columns] += a[rows, depth] * b[depth, columns]`. Rows of `b` are added to rows of `c`, a block of `b` at
  /// a time so that it stays in the cache.
  static func accumulate<Value: Arithmetic>(
    _ a: UnsafePointer<Value>, _ b: UnsafePointer<Value>, _ c: UnsafeMutablePointer<Value>,
    rows: Int, depth: Int, columns: Int
  ) {
    let blockDepth = 64
    var start = 0
    while start < depth {
      let end = min(start + blockDepth, depth)
      for row in 0..<rows {
        let target = c + row * columns
        for step in start..<end {
          let factor = a[row * depth + step]
          let source = b + step * columns
          for column in 0..<columns {
            target[column] = .sum(target[column], .product(factor, source[column]))
          }
        }
      }
      start = end
    }
  }

  /// `target[columns, rows]` from `source[rows, columns]`.
  static func transpose<Value: BitwiseCopyable>(
    _ source: UnsafePointer<Value>, _ target: UnsafeMutablePointer<Value>, rows: Int, columns: Int
  ) {
    for row in 0..<rows {
      for column in 0..<columns { target[column * rows + row] = source[row * columns + column] }
    }
  }
}
