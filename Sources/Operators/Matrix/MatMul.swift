internal import Network

/// The matrix product of numpy: batched, broadcast, with vectors on either side.
package struct MatMul: RealOperator {
  package static let name = "MatMul"
  package let role = Role.matrixLayer
  private static let elementTypes = ElementType.reals + [.int32, .int64, .uint32, .uint64]

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let left = try inputs.tensor(0, of: Self.elementTypes)
    let right = try inputs.tensor(1, of: [left.element])
    guard let a = left.shape, let b = right.shape else { return [Fact(left.element, nil)] }
    return [Fact(left.element, try MatMulShape(a, b).output)]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1, let left = inputs[0]?.shape, let right = inputs[1]?.shape else { return nil }
    return try MatMulShape(left, right).macs.map { Cost(macs: $0) }
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    switch types[0].element {
    case .int32: try integers(context, types[0], Int32.self)
    case .int64: try integers(context, types[0], Int64.self)
    case .uint32: try integers(context, types[0], UInt32.self)
    case .uint64: try integers(context, types[0], UInt64.self)
    case .float64: try RealContext<Double>.run(self, context, types)
    default: try RealContext<Float>.run(self, context, types)
    }
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let kernel = try MatMulKernel(call.dimensions(0), call.dimensions(1))
    try kernel.run(call.values(0), call.values(1), call.results(0))
  }

  private func integers<Value: Arithmetic>(
    _ context: KernelContext, _ type: TensorType, _: Value.Type
  ) throws(OperatorError) {
    let (left, right) = (try context.input(0), try context.input(1))
    let kernel = try MatMulKernel(left.dimensions, right.dimensions)
    let output = try context.output(0, type.element, type.shape?.known ?? [])
    kernel.run(
      left.elements(as: Value.self), right.elements(as: Value.self), output.mutableElements(as: Value.self))
  }
}

extension MatMul: DifferentiableOperator {
  package func differentiate(_ d: inout Derivation) throws(OperatorError) {
    guard d.inputs.count == 2, let a = d.inputs[0]?.shape, let b = d.inputs[1]?.shape else {
      throw .needsValue(input: 0)
    }
    let shape = try MatMulShape(a, b)
    // A vector is a row on the left and a column on the right from here on.
    let rank = shape.batch.count + 2
    let left = d.unsqueezed(.input(0), shape.isLeftVector ? [0] : [])
    let right = d.unsqueezed(.input(1), shape.isRightVector ? [1] : [])
    let gradient = d.unsqueezed(
      .gradient(0), (shape.isLeftVector ? [rank - 2] : []) + (shape.isRightVector ? [rank - 1] : []))
    try d.give(0) { d throws(OperatorError) in
      let all = d.apply("MatMul", gradient, d.matricesTransposed(right, rank: max(b.rank, 2)))
      let own = Shape(a.rank == 1 ? [1] + a.dimensions : a.dimensions)
      let whole = Shape(shape.batch + [own[own.rank - 2], own[own.rank - 1]])
      let sum = try d.unstretched(all, from: whole, to: own, input: 0)
      return shape.isLeftVector ? d.reshaped(sum, like: .input(0)) : sum
    }
    try d.give(1) { d throws(OperatorError) in
      let all = d.apply("MatMul", d.matricesTransposed(left, rank: max(a.rank, 2)), gradient)
      let own = Shape(b.rank == 1 ? b.dimensions + [1] : b.dimensions)
      let whole = Shape(shape.batch + [own[own.rank - 2], own[own.rank - 1]])
      let sum = try d.unstretched(all, from: whole, to: own, input: 1)
      return shape.isRightVector ? d.reshaped(sum, like: .input(1)) : sum
    }
  }
}

extension Derivation {
  /// Each matrix of a batch with its rows as columns.
  fileprivate mutating func matricesTransposed(_ term: Term, rank: Int) -> Term {
    let order = Array(0..<(rank - 2)) + [rank - 1, rank - 2]
    return apply("Transpose", term, attributes: [Attribute("perm", .integers(order))])
  }
}
