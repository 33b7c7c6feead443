internal import Network

/// Which scale belongs to which element: one for all, one for each place along an axis, or one for each block along it.
struct QuantizationLayout: Sendable {
  let axis: Int
  /// Elements along the axis that share a scale; 0 where blocks are not used.
  let blockSize: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: 1)
    blockSize = try attributes.integer("block_size", default: 0)
    guard blockSize >= 0 else { throw .attributeValue("block_size", reason: "negative") }
  }

  /// Checks that scales of this shape fit the data.
  func check(_ scale: Shape?, for data: Shape?) throws(OperatorError) {
    guard let scale = scale?.known, let data, scale.reduce(1, &*) != 1 || scale.count > 1 else { return }
    let place = try normalizedAxis(axis, rank: data.rank)
    if blockSize == 0 {
      guard scale.count == 1, data[place] == nil || data[place] == scale[0] else {
        throw .shape(input: 1, reason: "not one scale for each place along the axis")
      }
      return
    }
    guard scale.count == data.rank else {
      throw .rank(input: 1, expected: "\(data.rank)", found: scale.count)
    }
    for (index, extent) in data.dimensions.enumerated() {
      guard let extent else { continue }
      guard scale[index] == (index == place ? ceilingQuotient(extent, blockSize) : extent) else {
        throw .shape(input: 1, reason: "not one scale for each block")
      }
    }
  }

  /// Calls `body` with the place of each element of `data` and that of its scale.
  func forEach(
    _ data: [Int], scale: [Int], _ body: (_ element: Int, _ scale: Int) -> Void
  ) throws(OperatorError) {
    let count = data.reduce(1, &*)
    if scale.reduce(1, &*) == 1, blockSize == 0 || scale.count != data.count {
      for element in 0..<count { body(element, 0) }
      return
    }
    let span = AxisSpan(data, axis: try normalizedAxis(axis, rank: data.count))
    let blocks = blockSize == 0 ? 0 : ceilingQuotient(span.length, blockSize)
    for element in 0..<count {
      let position = element / span.inner % span.length
      guard blockSize > 0 else {
        body(element, position)
        continue
      }
      let outer = element / span.inner / span.length
      body(element, (outer * blocks + position / blockSize) * span.inner + element % span.inner)
    }
  }
}

extension AttributeReader {
  /// The element type that an attribute of a quantiser names, 0 standing for "not given".
  func givenType(_ name: String) throws(OperatorError) -> ElementType? {
    try integer(name) == 0 ? nil : elementType(name)
  }
}

extension KernelContext {
  /// The scales, input 1, and a zero point for each of them, input 2 or 0.
  func quantizationParameters() throws(OperatorError) -> (scales: [Double], zeroPoints: [Double]) {
    let scales = try input(1).doubles(input: 1)
    let zeros = try optionalInput(2)?.doubles(input: 2) ?? Array(repeating: 0, count: scales.count)
    guard zeros.count == scales.count else {
      throw .shape(input: 2, reason: "not one zero point for each scale")
    }
    return (scales, zeros)
  }
}

extension ElementType {
  /// The smallest and largest number of an integer type that values are quantized to.
  var quantizedRange: ClosedRange<Double>? {
    switch self {
    case .uint2, .uint4, .uint8, .uint16: 0...Double(1 << bits - 1)
    case .int2, .int4, .int8, .int16, .int32: Double(-(1 << (bits - 1)))...Double(1 << (bits - 1) - 1)
    default: nil
    }
  }
}
