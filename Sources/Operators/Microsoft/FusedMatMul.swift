internal import Network

/// `alpha * A * B`, either of which may have its matrices transposed, or its first axis moved behind the batch.
package struct FusedMatMul: RealOperator {
  package static let name = "FusedMatMul"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let alpha: Float
  package let a: Transposition
  package let b: Transposition

  /// How an operand is rearranged before the product.
  package struct Transposition: Sendable, Equatable {
    package let matrix: Bool
    package let batch: Bool

    /// The axes of the operand in their new order; a vector stays as it is.
    func order(rank: Int) -> [Int] {
      var order = Array(0..<rank)
      if rank < 2 { return order }
      if batch && rank > 2 { order = Array(1..<(rank - 1)) + [0, rank - 1] }
      if matrix { order.swapAt(rank - 1, rank - 2) }
      return order
    }
  }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 1)
    a = Transposition(matrix: try attributes.flag("transA"), batch: try attributes.flag("transBatchA"))
    b = Transposition(matrix: try attributes.flag("transB"), batch: try attributes.flag("transBatchB"))
  }

  private func shape(_ left: Shape, _ right: Shape) throws(OperatorError) -> MatMulShape {
    try MatMulShape(
      Shape(a.order(rank: left.rank).map { left[$0] }), Shape(b.order(rank: right.rank).map { right[$0] }))
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let left = try inputs.tensor(0, of: ElementType.reals)
    let right = try inputs.tensor(1, of: [left.element])
    guard let x = left.shape, let y = right.shape else { return [Fact(left.element, nil)] }
    return [Fact(left.element, try shape(x, y).output)]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1, let left = inputs[0]?.shape, let right = inputs[1]?.shape,
      let macs = try shape(left, right).macs, let count = outputs.first?.shape?.elementCount
    else { return nil }
    return Cost(macs: macs, elementwiseOperations: alpha == 1 ? 0 : count)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let (left, leftExtents) = try rearranged(call, 0, a)
    let (right, rightExtents) = try rearranged(call, 1, b)
    let result = try call.results(0)
    try MatMulKernel(leftExtents, rightExtents).run(left, right, result)
    if alpha != 1 {
      for index in result.indices { result[index] *= Value(alpha) }
    }
  }

  private func rearranged<Value: Real>(
    _ call: RealContext<Value>, _ index: Int, _ transposition: Transposition
  ) throws(OperatorError) -> (UnsafeBufferPointer<Value>, [Int]) {
    let extents = try call.dimensions(index)
    let source = try call.values(index)
    let order = transposition.order(rank: extents.count)
    if order == Array(0..<extents.count) { return (source, extents) }
    let target = try call.scratch(source.count)
    let strides = rowMajorStrides(extents)
    let moved = order.map { extents[$0] }
    forEachRow(of: moved, order.map { strides[$0] }) { start, count, other, step in
      for position in 0..<count { target[start + position] = source[other + position * step] }
    }
    return (UnsafeBufferPointer(target), moved)
  }
}
