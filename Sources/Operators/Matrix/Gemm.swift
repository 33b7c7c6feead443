package import Network

/// `Y = alpha * A * B + beta * C` for matrices A and B, each of which may be transposed; C broadcasts to Y.
///
/// Up to version 6, C broadcasts only where the attribute `broadcast` says so; from 11 on it may be left out.
package struct Gemm: RealOperator {
  package static let name = "Gemm"
  package let role = Role.matrixLayer
  package let alpha: Float
  package let beta: Float
  package let transposesA: Bool
  package let transposesB: Bool
  private let broadcasts: Bool
  private let needsC: Bool
  private static let elementTypes = ElementType.reals + [.int32, .int64, .uint32, .uint64]

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 1)
    beta = try attributes.float("beta", default: 1)
    transposesA = try attributes.flag("transA")
    transposesB = try attributes.flag("transB")
    broadcasts = attributes.version < 7 ? try attributes.flag("broadcast") : true
    needsC = attributes.version < 11
  }

  /// Extents of the product: Y is `rows x columns`, each element a sum over `depth`.
  package struct Extents: Sendable, Equatable {
    package let rows: Dimension
    package let depth: Dimension
    package let columns: Dimension
  }

  package func extents(_ a: Shape?, _ b: Shape?) throws(OperatorError) -> Extents {
    for (index, shape) in [a, b].enumerated() {
      if let shape, shape.rank != 2 { throw .rank(input: index, expected: "2", found: shape.rank) }
    }
    let depths = (a?[transposesA ? 0 : 1], b?[transposesB ? 1 : 0])
    if case (let left??, let right??) = depths, left != right {
      throw .shape(input: 1, reason: "\(right) rows for \(left) columns")
    }
    return Extents(
      rows: a.flatMap { $0[transposesA ? 1 : 0] }, depth: (depths.0 ?? nil) ?? (depths.1 ?? nil),
      columns: b.flatMap { $0[transposesB ? 0 : 1] })
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let a = try inputs.tensor(0, of: Self.elementTypes)
    let b = try inputs.tensor(1, of: [a.element])
    if needsC { _ = try inputs.tensor(2, of: [a.element]) }
    let extents = try extents(a.shape, b.shape)
    let output = Shape([extents.rows, extents.columns])
    if let c = try inputs.optionalTensor(2)?.shape?.known, let target = output.known {
      if broadcasts {
        _ = try broadcastStrides(c, to: target, input: 2)
      } else if c != target {
        throw .shape(input: 2, reason: "another shape than the product's, and the node does not broadcast")
      }
    }
    return [Fact(a.element, output)]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1, let a = inputs[0]?.shape, let b = inputs[1]?.shape else { return nil }
    let extents = try extents(a, b)
    guard let known = Shape([extents.rows, extents.columns, extents.depth]).known else { return nil }
    let macs = try product(known)
    let hasC = inputs.count > 2 && inputs[2] != nil
    let perElement = (alpha == 1 ? 0 : 1) + (hasC ? 1 : 0) + (hasC && beta != 1 ? 1 : 0)
    return Cost(macs: macs, elementwiseOperations: try product([known[0], known[1], perElement]))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

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
    let result = try call.results(0)
    let (a, b) = (try call.dimensions(0), try call.dimensions(1))
    try multiply(call.values(0), a, call.values(1), b, result)
    if alpha != 1 {
      for index in result.indices { result[index] *= Value(alpha) }
    }
    guard let c = try call.optionalValues(2) else { return }
    let target = try call.outputDimensions(0)
    let scale = Value(beta)
    forEachRow(of: target, try broadcastStrides(call.dimensions(2), to: target, input: 2)) {
      (start, count, other, step) in
      for index in 0..<count { result[start + index] += scale * c[other + index * step] }
    }
  }

  /// The scale factors are applied in floating point, and their results cut to integers.
  private func integers<Value: Arithmetic & FixedWidthInteger>(
    _ context: KernelContext, _ type: TensorType, _: Value.Type
  ) throws(OperatorError) {
    let (a, b, c) = (try context.input(0), try context.input(1), try context.optionalInput(2))
    for (place, operand) in [a, b, c].enumerated() {
      guard let operand, operand.element != type.element else { continue }
      throw .elementType(input: place, found: operand.element)
    }
    let target = type.shape?.known ?? []
    let output = try context.output(0, type.element, target)
    let result = output.mutableElements(as: Value.self)
    multiply(a.elements(as: Value.self), a.dimensions, b.elements(as: Value.self), b.dimensions, result)
    if alpha != 1 {
      for index in result.indices { result[index] = Value(saturating: Double(result[index]) * Double(alpha)) }
    }
    guard let c else { return }
    let addend = c.elements(as: Value.self)
    forEachRow(of: target, try broadcastStrides(c.dimensions, to: target, input: 2)) {
      (start, count, other, step) in
      for index in 0..<count {
        let value = addend[other + index * step]
        result[start + index] &+= beta == 1 ? value : Value(saturating: Double(value) * Double(beta))
      }
    }
  }

  private func multiply<Value: Arithmetic>(
    _ a: UnsafeBufferPointer<Value>, _ aExtents: [Int], _ b: UnsafeBufferPointer<Value>, _ bExtents: [Int],
    _ result: UnsafeMutableBufferPointer<Value>
  ) {
    result.update(repeating: .zero)
    guard let target = result.baseAddress else { return }
    let left = Self.rowMajor(a, aExtents, isTransposed: transposesA)
    let right = Self.rowMajor(b, bExtents, isTransposed: transposesB)
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return }
        MatrixProduct.accumulate(
          left, right, target, rows: aExtents[transposesA ? 1 : 0], depth: aExtents[transposesA ? 0 : 1],
          columns: bExtents[transposesB ? 0 : 1])
      }
    }
  }

  private static func rowMajor<Value: Arithmetic>(
    _ values: UnsafeBufferPointer<Value>, _ extents: [Int], isTransposed: Bool
  ) -> [Value] {
    guard isTransposed, let source = values.baseAddress else { return Array(values) }
    return Array(unsafeUninitializedCapacity: values.count) { buffer, count in
      if let target = buffer.baseAddress {
        MatrixProduct.transpose(source, target, rows: extents[0], columns: extents[1])
      }
      count = values.count
    }
  }
}

extension Gemm: DifferentiableOperator {
  package func differentiate(_ d: inout Derivation) throws(OperatorError) {
    let scale = Attribute("alpha", .float(alpha))
    func product(_ a: Derivation.Term, _ aIsTransposed: Bool, _ b: Derivation.Term, _ bIsTransposed: Bool)
      -> (inout Derivation) -> Derivation.Term
    {
      let attributes = [
        scale, Attribute("transA", .integer(aIsTransposed ? 1 : 0)),
        Attribute("transB", .integer(bIsTransposed ? 1 : 0)),
      ]
      return { $0.apply("Gemm", [a, b], attributes) }
    }
    let g = Derivation.Term.gradient(0)
    try d.give(
      0, transposesA ? product(.input(1), transposesB, g, true) : product(g, false, .input(1), !transposesB))
    try d.give(
      1, transposesB ? product(g, true, .input(0), transposesA) : product(.input(0), !transposesA, g, false))
    try d.giveStretched(2) { d throws(OperatorError) in
      beta == 1 ? g : d.apply("Mul", g, try d.filled(like: g, with: Double(beta)))
    }
  }
}
