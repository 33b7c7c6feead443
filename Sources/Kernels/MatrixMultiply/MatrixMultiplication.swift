/// Where a matrix, or one for each index of a batch, lies in a buffer. Strides and offset are in floats.
///
/// A transposed matrix, a head of attention or a slice are such views, so that none of them needs a copy.
package struct MatrixOperand: Sendable, Equatable {
  /// Which of the call's inputs (or outputs) holds it.
  package var buffer: Int
  package var offset: Int
  /// One stride for each dimension of the batch; 0 where the matrix is the same for all.
  package var batchStrides: [Int]
  package var rowStride: Int
  package var columnStride: Int

  package init(
    buffer: Int, offset: Int = 0, batchStrides: [Int] = [], rowStride: Int, columnStride: Int = 1
  ) {
    self.buffer = buffer
    self.offset = offset
    self.batchStrides = batchStrides
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  mutating func exchangeRows(withBatch dimension: Int) {
    swap(&rowStride, &batchStrides[dimension])
  }

  /// Where the matrix of a row-major index into the batch starts.
  func offset(at index: Int, of batch: [Int]) -> Int {
    var rest = index
    var position = offset
    for dimension in batch.indices.reversed() {
      position += rest % batch[dimension] * batchStrides[dimension]
      rest /= batch[dimension]
    }
    return position
  }
}

/// `result = activation(alpha left right + bias + residual)` for each index of a batch:
/// left is `rows x depth`, right `depth x columns`.
package struct MatrixMultiplication: Sendable {
  package enum Right: Sendable {
    /// Computed by the network: packed on each run.
    case operand(MatrixOperand)
    /// Weights, packed once: dense over the `batch` dimensions given here (1 where shared), row-major
    /// `depth x columns`, or `columns x depth` if `isTransposed`.
    case constant([Float], batch: [Int] = [], isTransposed: Bool = false)
    /// One matrix of weights that lies elsewhere, `depth * columns` floats, and is read while the kernel is prepared.
    case borrowed(BorrowedWeights, isTransposed: Bool = false)
  }

  /// Floats that stay where they are until a kernel has packed them; who lends them keeps them alive for so long.
  package struct BorrowedWeights: @unchecked Sendable {
    let values: UnsafeBufferPointer<Float>
    /// Told of values that will not be read again, as they are packed.
    let hasRead: (Range<Int>) -> Void

    package init(_ values: UnsafeBufferPointer<Float>, hasRead: @escaping (Range<Int>) -> Void = { _ in }) {
      self.values = values
      self.hasRead = hasRead
    }
  }

  package var batch: [Int]
  package var rows: Int
  package var columns: Int
  package var depth: Int
  package var left: MatrixOperand
  package var right: Right
  /// Its columns are contiguous.
  package var result: MatrixOperand
  package var alpha: Float = 1
  /// One value for each column.
  package var bias: [Float]?
  /// A matrix to add, its columns contiguous; its row stride is 0 for a row vector. May be the result's own buffer.
  package var residual: MatrixOperand?
  package var activation: UnaryFunction = .identity

  package init(
    batch: [Int] = [], rows: Int, columns: Int, depth: Int, left: MatrixOperand, right: Right,
    result: MatrixOperand, alpha: Float = 1, bias: [Float]? = nil, residual: MatrixOperand? = nil,
    activation: UnaryFunction = .identity
  ) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.left = left
    self.right = right
    self.result = result
    self.alpha = alpha
    self.bias = bias
    self.residual = residual
    self.activation = activation
  }

  /// Dense row-major operands: `left` from input 0, `right` from input 1 unless it is constant.
  package static func dense(
    rows: Int, columns: Int, depth: Int, constant: [Float]? = nil, transposesLeft: Bool = false,
    transposesRight: Bool = false
  ) -> MatrixMultiplication {
    let right: Right =
      if let constant {
        .constant(constant, isTransposed: transposesRight)
      } else {
        .operand(
          MatrixOperand(
            buffer: 1, rowStride: transposesRight ? 1 : columns, columnStride: transposesRight ? depth : 1))
      }
    return MatrixMultiplication(
      rows: rows, columns: columns, depth: depth,
      left: MatrixOperand(
        buffer: 0, rowStride: transposesLeft ? 1 : depth, columnStride: transposesLeft ? rows : 1),
      right: right, result: MatrixOperand(buffer: 0, rowStride: columns))
  }

  /// Joins the innermost dimension of the batch with the rows as long as the right matrix is the same for all and the
  /// others continue from one index to the next.
  func joiningBatchAndRows() -> MatrixMultiplication {
    var joined = self
    while let count = joined.batch.last, joined.canJoin() {
      joined.rows *= count
      joined.batch.removeLast()
      joined.left.batchStrides.removeLast()
      joined.result.batchStrides.removeLast()
      joined.residual?.batchStrides.removeLast()
      switch joined.right {
      case .operand(var operand):
        operand.batchStrides.removeLast()
        joined.right = .operand(operand)
      case .constant(let values, var batch, let isTransposed):
        if !batch.isEmpty { batch.removeLast() }
        joined.right = .constant(values, batch: batch, isTransposed: isTransposed)
      case .borrowed: break
      }
    }
    return joined
  }

  private func canJoin() -> Bool {
    guard sharesRight(along: batch.count - 1) else { return false }
    return [left, result, residual].compactMap { $0 }.allSatisfy {
      $0.batchStrides.last == rows * $0.rowStride
    }
  }

  /// Exchanges the rows with the longest dimension of the batch for which the right matrix is the same, if that is
  /// longer: a transposed view leaves few rows and a long batch, and each of its indices would read all weights again.
  package func takingLongestSharedDimensionAsRows() -> MatrixMultiplication {
    let shared = batch.indices.filter { sharesRight(along: $0) }
    guard let longest = shared.max(by: { batch[$0] < batch[$1] }), batch[longest] > rows else { return self }
    var turned = self
    swap(&turned.rows, &turned.batch[longest])
    turned.left.exchangeRows(withBatch: longest)
    turned.result.exchangeRows(withBatch: longest)
    turned.residual?.exchangeRows(withBatch: longest)
    return turned.joiningBatchAndRows()
  }

  private func sharesRight(along dimension: Int) -> Bool {
    switch right {
    case .operand(let operand): operand.batchStrides[dimension] == 0
    case .constant(_, let batch, _): batch.isEmpty || batch[dimension] == 1
    case .borrowed: true
    }
  }
}

package enum MatrixMultiplyError: Error, Equatable {
  case negativeSize
  /// The weights or the bias have another number of values than the sizes say.
  case valueCount(expected: Int, actual: Int)
  /// An operand has another number of batch strides than the batch has dimensions.
  case batchRank(expected: Int, actual: Int)
  /// The result's and the residual's columns must be contiguous.
  case stridedColumns
  /// A zero point lies outside the values of a byte, signed or not.
  case zeroPointOutsideByte
  case memory(MemoryError)
}
