internal import Network

/// Slices of a table of few bits per number, scaled block by block: `(q - zero point) * scale`.
///
/// Numbers are 4-bit elements, or bytes that hold `8 / bits` of them along the last axis, the low bits first.
package struct GatherBlockQuantized: Operator {
  package static let name = "GatherBlockQuantized"
  package static let domain = "com.microsoft"
  package let role = Role.layer
  package let bits: Int
  package let blockSize: Int
  private let gatherAxis: Int
  private let quantizeAxis: Int

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    bits = try attributes.integer("bits", default: 4)
    blockSize = try attributes.integer("block_size", default: 128)
    gatherAxis = try attributes.integer("gather_axis", default: 0)
    quantizeAxis = try attributes.integer("quantize_axis", default: 1)
    guard bits == 2 || bits == 4 || bits == 8 else {
      throw .attributeValue("bits", reason: "\(bits) is not 2, 4 or 8")
    }
    guard blockSize > 0 else { throw .attributeValue("block_size", reason: "\(blockSize) is not positive") }
  }

  private static let dataTypes: [ElementType] = [.int4, .uint4, .uint8]

  private func perByte(_ element: ElementType) -> Int { element == .uint8 ? 8 / bits : 1 }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0, of: Self.dataTypes)
    let indices = try inputs.tensor(1, of: [.int32, .int64])
    let scales = try inputs.tensor(2, of: ElementType.reals)
    guard let shape = data.shape, let chosen = indices.shape else { return [Fact(scales.element, nil)] }
    let place = try normalizedAxis(gatherAxis, rank: shape.rank, from: .attribute("gather_axis"))
    guard try normalizedAxis(quantizeAxis, rank: shape.rank, from: .attribute("quantize_axis")) != place
    else {
      throw .attributeValue("quantize_axis", reason: "blocks along the axis of the indices")
    }
    var logical = shape.dimensions
    if let last = logical[shape.rank - 1] {
      logical[shape.rank - 1] = try product(last, perByte(data.element))
    }
    return [
      Fact(scales.element, Shape(logical[..<place] + chosen.dimensions + logical[(place + 1)...]))
    ]
  }

  /// A difference and a product for each number handed on.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 2)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  package func run(_ context: KernelContext) throws(OperatorError) {
    guard let extents = try context.outputTypes(of: self)[0].shape?.known else {
      throw .unsupported("unknown extents")
    }
    let rank = try context.input(0).rank
    let gather = try normalizedAxis(gatherAxis, rank: rank, from: .attribute("gather_axis"))
    let quantize = try normalizedAxis(quantizeAxis, rank: rank, from: .attribute("quantize_axis"))
    // Axes of the indices stand where the gathered one was.
    let added = try context.input(1).rank - 1
    let axis = quantize > gather ? quantize + added : quantize
    let data = try gathered(context, 0, gather)
    let element = data.element
    let numbers = try Self.numbers(data, bits: bits, last: extents.last ?? 1)
    let scales = try gathered(context, 2, gather)
    let scaleValues = try context.values(of: scales, as: Float.self, input: 2)
    let points = context.has(3) ? try gathered(context, 3, gather) : nil
    let pointValues = try points.map { points throws(OperatorError) in
      try Self.numbers(points, bits: bits, last: scales.dimensions.last ?? 1)
    }
    let standard = element == .uint8 ? 1 << (bits - 1) : 0
    let span = AxisSpan(extents, axis: axis)
    let blocks = (span.length + blockSize - 1) / blockSize
    let count = span.outer * blocks * span.inner
    guard scaleValues.count == count, pointValues.map({ $0.count == count }) ?? true else {
      throw .shape(input: 2, reason: "\(scaleValues.count) scales for \(count) blocks")
    }
    let target = try context.scratchFloats(extents)
    let values = target.mutableElements(as: Float.self)
    for index in values.indices {
      let (outer, inner) = (index / (span.length * span.inner), index % span.inner)
      let block = index / span.inner % span.length / blockSize
      let place = (outer * blocks + block) * span.inner + inner
      values[index] = Float(numbers[index] - (pointValues?[place] ?? standard)) * scaleValues[place]
    }
    try context.output(0, scales.element, extents).store(UnsafeBufferPointer(values), input: 0)
  }

  private func gathered(_ context: KernelContext, _ index: Int, _ axis: Int) throws(OperatorError)
    -> DenseTensor
  {
    let operation = try Gather(
      AttributeReader([Attribute("axis", .integer(axis))], version: 13, inputCount: 2, outputCount: 1))
    let inner = KernelContext(
      inputs: [.tensor(try context.input(index)), .tensor(try context.input(1))], outputCount: 1,
      limit: context.limit)
    try operation.run(inner)
    guard let tensor = inner.outputs[0]?.tensor else { throw .missingInput(index) }
    return tensor
  }

  /// All numbers; of the last byte of a row only those that `last` leaves.
  private static func numbers(_ tensor: DenseTensor, bits: Int, last: Int) throws(OperatorError) -> [Int] {
    if tensor.element != .uint8 {
      guard let values = tensor.values else { throw .elementType(input: 0, found: tensor.element) }
      return values.doubles.map { Int($0) }
    }
    let bytes = tensor.elements(as: UInt8.self)
    let (perByte, mask, width) = (8 / bits, UInt8((1 << bits) - 1), tensor.dimensions.last ?? 1)
    guard width > 0, width == (last + perByte - 1) / perByte else {
      throw .shape(input: 0, reason: "\(width) bytes for \(last) numbers")
    }
    var numbers: [Int] = []
    numbers.reserveCapacity(bytes.count * perByte)
    for row in 0..<(bytes.count / width) {
      for column in 0..<last {
        numbers.append(Int((bytes[row * width + column / perByte] >> UInt8(column % perByte * bits)) & mask))
      }
    }
    return numbers
  }
}

extension KernelContext {
  /// New memory for floats.
  func scratchFloats(_ extents: [Int]) throws(OperatorError) -> DenseTensor {
    try DenseTensor(.float32, extents, limit: limit)
  }
}
