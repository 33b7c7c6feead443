internal import Network

/// A matrix product with weights of few bits, quantised in blocks along the depth: `Y = A * dequantised(B)^T + bias`.
///
/// B is `[N, blocks, bytes of a block]`, scales and zero points have an element for each block; a block's numbers are packed
/// from the low bits up.
package struct MatMulNBits: RealOperator {
  package static let name = "MatMulNBits"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let depth: Int
  package let columns: Int
  package let blockSize: Int
  package let bits: Int

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    depth = try attributes.requiredInteger("K")
    columns = try attributes.requiredInteger("N")
    blockSize = try attributes.requiredInteger("block_size")
    bits = try attributes.integer("bits", default: 4)
    guard depth > 0, columns > 0 else { throw .attributeValue("K", reason: "an extent is not positive") }
    guard blockSize >= 8, blockSize <= 1 << 20, blockSize % 8 == 0 else {
      throw .attributeValue("block_size", reason: "\(blockSize) is not a size of blocks")
    }
    guard bits == 2 || bits == 4 || bits == 8 else {
      throw .attributeValue("bits", reason: "\(bits) is not 2, 4 or 8")
    }
  }

  package var blocks: Int { depth / blockSize + (depth % blockSize == 0 ? 0 : 1) }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let count = try product(columns, blocks)
    try check(inputs.tensor(1, of: [.uint8]), 1, try product([count, blockSize, bits]) / 8)
    try check(inputs.tensor(2, of: ElementType.reals), 2, count)
    if let points = try inputs.optionalTensor(3) {
      let packed = try product(columns, sum(product(blocks, bits), 7) / 8)
      try check(points, 3, points.element == .uint8 ? packed : count)
    }
    if let bias = try inputs.optionalTensor(5) { try check(bias, 5, columns) }
    guard let shape = input.shape else { return [Fact(input.element, nil)] }
    guard let last = shape.dimensions.last else { throw .rank(input: 0, expected: "1 or more", found: 0) }
    if let last, last != depth { throw .shape(input: 0, reason: "\(last) columns where \(depth) are needed") }
    return [Fact(input.element, Shape(shape.dimensions.dropLast() + [columns]))]
  }

  private func check(_ type: TensorType, _ index: Int, _ expected: Int) throws(OperatorError) {
    if let found = type.elementCount, found != expected {
      throw .shape(input: index, reason: "\(found) elements where \(expected) are needed")
    }
  }

  /// Rows x depth x columns; taking off the zero point and scaling a weight, two operations each, and the bias.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let count = outputs.first?.shape?.elementCount else { return nil }
    let hasBias = inputs.count > 5 && inputs[5] != nil
    return Cost(
      macs: try product(count, depth),
      elementwiseOperations: try sum(product([depth, columns, 2]), hasBias ? count : 0))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    if call.has(4) { throw .unsupported("weights whose groups are given by index") }
    let weight = try dequantised(call)
    let result = try call.results(0)
    let bias = try call.optionalValues(5)
    for index in result.indices { result[index] = bias?[index % columns] ?? 0 }
    guard let a = try call.values(0).baseAddress, let b = weight.baseAddress, let c = result.baseAddress
    else { return }
    MatrixProduct.accumulate(a, b, c, rows: result.count / columns, depth: depth, columns: columns)
  }

  /// The weights as `[depth, columns]`.
  private func dequantised<Value: Real>(
    _ call: RealContext<Value>
  ) throws(OperatorError) -> UnsafeMutableBufferPointer<Value> {
    let packed = try call.context.input(1).elements(as: UInt8.self)
    let scales = try call.values(2)
    let target = try call.scratch(product(depth, columns))
    let pointTensor = try call.context.optionalInput(3)
    let packedPoints = pointTensor?.element == .uint8 ? pointTensor?.elements(as: UInt8.self) : nil
    let points = pointTensor != nil && packedPoints == nil ? try call.values(3) : nil
    let (mask, perByte) = (UInt8((1 << bits) - 1), 8 / bits)
    func number(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ index: Int) -> Value {
      Value((bytes[start + index / perByte] >> UInt8(index % perByte * bits)) & mask)
    }
    for column in 0..<columns {
      for block in 0..<blocks {
        let place = column * blocks + block
        var point = Value(1 << (bits - 1))
        if let points { point = points[place] }
        if let packedPoints { point = number(packedPoints, column * ((blocks * bits + 7) / 8), block) }
        for index in 0..<min(blockSize, depth - block * blockSize) {
          let value = number(packed, place * (blockSize / perByte), index)
          target[(block * blockSize + index) * columns + column] = (value - point) * scales[place]
        }
      }
    }
    return target
  }
}
