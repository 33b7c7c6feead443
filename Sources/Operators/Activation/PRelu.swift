internal import Network

/// `x` where it is positive, `slope * x` elsewhere; the slope is an input that broadcasts to x.
///
/// Before version 7 the slope is one number or one per channel.
package struct PRelu: RealOperator {
  package static let name = "PRelu"
  package let role = Role.activation
  package let isSlopePerChannel: Bool
  private static let elementTypes = ElementType.reals + [.int32, .int64, .uint32, .uint64]

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isSlopePerChannel = attributes.version < 7
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let type = try inputs.tensor(0, of: Self.elementTypes)
    let slope = try inputs.tensor(1, of: [type.element])
    if let extents = type.shape?.known, let slopeExtents = slope.shape?.known {
      _ = try strides(slopeExtents, to: extents)
    }
    return [Fact(.tensor(type))]
  }

  /// Elements from one slope to the next along each axis of x; 0 where it is repeated.
  private func strides(_ slope: [Int], to extents: [Int]) throws(OperatorError) -> [Int] {
    guard isSlopePerChannel, slope.count == 1, slope[0] != 1 else {
      return try broadcastStrides(slope, to: extents, input: 1)
    }
    guard extents.count > 1, extents[1] == slope[0] else {
      throw .shape(input: 1, reason: "\(slope[0]) slopes for another number of channels")
    }
    return extents.indices.map { $0 == 1 ? 1 : 0 }
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 2)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    _ = try context.outputTypes(of: self)
    switch try context.input(0).element {
    case .int32: try integers(context, Int32.self)
    case .int64: try integers(context, Int64.self)
    // Nothing unsigned is below zero.
    case .uint32, .uint64: context.forward(context.inputs[0], to: 0)
    case .float64: try RealContext<Double>.run(self, context, context.outputTypes(of: self))
    default: try RealContext<Float>.run(self, context, context.outputTypes(of: self))
    }
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    try apply(
      call.values(0), call.values(1), call.results(0), extents, strides(call.dimensions(1), to: extents))
  }

  private func integers<Value: Arithmetic>(_ context: KernelContext, _: Value.Type) throws(OperatorError) {
    let input = try context.input(0)
    let slope = try context.input(1)
    let output = try context.output(0, input.element, input.dimensions)
    try apply(
      input.elements(as: Value.self), slope.elements(as: Value.self), output.mutableElements(as: Value.self),
      input.dimensions, strides(slope.dimensions, to: input.dimensions))
  }

  private func apply<Value: Arithmetic>(
    _ source: UnsafeBufferPointer<Value>, _ slope: UnsafeBufferPointer<Value>,
    _ target: UnsafeMutableBufferPointer<Value>, _ extents: [Int], _ strides: [Int]
  ) {
    forEachRow(of: extents, strides) { start, count, slopeStart, slopeStride in
      for index in 0..<count {
        let x = source[start + index]
        target[start + index] = x < .zero ? .product(slope[slopeStart + index * slopeStride], x) : x
      }
    }
  }
}
