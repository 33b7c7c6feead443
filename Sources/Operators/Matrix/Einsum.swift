internal import Network

/// Sums of products over named axes, as numpy's `einsum`: repeated labels, ellipses and implicit results included.
package struct Einsum: RealOperator {
  package static let name = "Einsum"
  package let equation: EinsumEquation
  private static let elementTypes = ElementType.reals + [.int32, .int64, .uint32, .uint64]

  package var role: Role { equation.operands.count > 1 ? .matrixLayer : .layer }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let text = try attributes.string("equation") else { throw .missingAttribute("equation") }
    equation = try EinsumEquation(text)
    guard equation.operands.count == attributes.inputCount else {
      throw .attributeValue(
        "equation", reason: "\(equation.operands.count) terms for \(attributes.inputCount) inputs")
    }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let first = try inputs.tensor(0, of: Self.elementTypes)
    var shapes: [Shape] = []
    for index in 0..<inputs.count {
      guard let shape = try inputs.tensor(index, of: [first.element]).shape else {
        return [Fact(first.element, equation.result.contains(.ellipsis) ? nil : unknownResult)]
      }
      shapes.append(shape)
    }
    let indices = try equation.indices(shapes)
    return [Fact(first.element, Shape(Array(indices.extents[..<indices.resultRank])))]
  }

  private var unknownResult: Shape { Shape(Array(repeating: nil, count: equation.result.count)) }

  /// The product of all extents: MACs where there are factors, additions where one operand is summed.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    let shapes = inputs.compactMap { $0?.shape }
    guard shapes.count == inputs.count, let extents = try Shape(equation.indices(shapes).extents).known else {
      return nil
    }
    let count = try product(extents)
    if inputs.count > 1 { return Cost(macs: count) }
    let isSum = try equation.indices(shapes).resultRank < extents.count
    return Cost(elementwiseOperations: isSum ? count : 0)
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
    var operands: [UnsafeBufferPointer<Value>] = []
    var shapes: [[Int]] = []
    for index in 0..<call.context.inputs.count {
      operands.append(try call.values(index))
      shapes.append(try call.dimensions(index))
    }
    try EinsumKernel(equation, shapes).run(operands, call.results(0))
  }

  private func integers<Value: Arithmetic & FixedWidthInteger>(
    _ context: KernelContext, _ type: TensorType, _: Value.Type
  ) throws(OperatorError) {
    var operands: [UnsafeBufferPointer<Value>] = []
    var shapes: [[Int]] = []
    for index in 0..<context.inputs.count {
      operands.append(try context.input(index).elements(as: Value.self))
      shapes.append(try context.input(index).dimensions)
    }
    let output = try context.output(0, type.element, type.shape?.known ?? [])
    try EinsumKernel(equation, shapes).run(operands, output.mutableElements(as: Value.self))
  }
}

/// An Einsum over known extents: for each element of the result, a walk over the summed axes.
private struct EinsumKernel {
  private let extents: [Int]
  private let resultRank: Int
  /// For each axis, how far each operand steps; 0 where it does not have it or repeats it.
  private let strides: [[Int]]

  init(_ equation: EinsumEquation, _ shapes: [[Int]]) throws(OperatorError) {
    let indices = try equation.indices(shapes.map { Shape($0) })
    guard let extents = Shape(indices.extents).known else { throw .unsupported("unknown extents") }
    var strides = extents.map { _ in Array(repeating: 0, count: shapes.count) }
    for (operand, axes) in indices.operands.enumerated() {
      var stride = 1
      for (axis, number) in axes.enumerated().reversed() {
        if shapes[operand][axis] != 1 { strides[number][operand] += stride }
        stride *= shapes[operand][axis]
      }
    }
    self.extents = extents
    self.strides = strides
    resultRank = indices.resultRank
  }

  func run<Value: Arithmetic & ExpressibleByIntegerLiteral>(
    _ operands: [UnsafeBufferPointer<Value>], _ target: UnsafeMutableBufferPointer<Value>
  ) {
    var next = 0
    walk(axis: 0, Array(repeating: 0, count: operands.count), operands, target, &next)
  }

  private func walk<Value: Arithmetic & ExpressibleByIntegerLiteral>(
    axis: Int, _ places: [Int], _ operands: [UnsafeBufferPointer<Value>],
    _ target: UnsafeMutableBufferPointer<Value>, _ next: inout Int
  ) {
    guard axis < resultRank else {
      target[next] = total(axis: axis, places, operands)
      next += 1
      return
    }
    var places = places
    for _ in 0..<extents[axis] {
      walk(axis: axis + 1, places, operands, target, &next)
      for operand in places.indices { places[operand] += strides[axis][operand] }
    }
  }

  private func total<Value: Arithmetic & ExpressibleByIntegerLiteral>(
    axis: Int, _ places: [Int], _ operands: [UnsafeBufferPointer<Value>]
  ) -> Value {
    guard axis < extents.count else {
      var value: Value = 1
      for operand in operands.indices { value = .product(value, operands[operand][places[operand]]) }
      return value
    }
    var sum = Value.zero
    if axis == extents.count - 1, operands.count == 2 {
      let (a, b) = (operands[0], operands[1])
      let (step, other) = (strides[axis][0], strides[axis][1])
      for index in 0..<extents[axis] {
        sum = .sum(sum, .product(a[places[0] + index * step], b[places[1] + index * other]))
      }
      return sum
    }
    var places = places
    for _ in 0..<extents[axis] {
      sum = .sum(sum, total(axis: axis + 1, places, operands))
      for operand in places.indices { places[operand] += strides[axis][operand] }
    }
    return sum
  }
}
