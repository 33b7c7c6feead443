internal import Network

/// Columns of blocks [N, C * block, blocks] summed up into an image [N, C, ...]: the inverse of cutting windows out.
struct Col2Im: NumericKernel {
  static let name = "Col2Im"
  private let dilations: [Int]?
  private let pads: [Int]?
  private let strides: [Int]?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    dilations = try attributes.integers("dilations")
    pads = try attributes.integers("pads")
    strides = try attributes.integers("strides")
    guard (dilations ?? []).allSatisfy({ $0 > 0 && $0 < 1 << 31 }),
      (strides ?? []).allSatisfy({ $0 > 0 && $0 < 1 << 31 })
    else { throw .attributeValue("strides", reason: "strides and dilations are positive") }
    guard (pads ?? []).allSatisfy({ $0 >= 0 && $0 < 1 << 31 }) else {
      throw .attributeValue("pads", reason: "negative")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    if let rank = data.shape?.rank, rank != 3 { throw .rank(input: 0, expected: "3", found: rank) }
    let image: [Dimension]
    switch try IntegersParameter.input(1).content(inputs) {
    case .absent: throw .missingInput(1)
    case .unknown(let count):
      guard let count else { return [Fact(data.element, nil)] }
      image = Array(repeating: nil, count: count)
    case .known(let extents):
      guard extents.allSatisfy({ $0 >= 0 }) else { throw .value(input: 1, reason: "a negative extent") }
      image = extents
    }
    var channels: Dimension
    if case .known(let block) = try IntegersParameter.input(2).content(inputs) {
      let size = try product(block)
      guard block.count == image.count, block.allSatisfy({ $0 > 0 }) else {
        throw .value(input: 2, reason: "not one extent for each axis")
      }
      channels = data.shape?[1]
      if let rows = channels, rows % size != 0 {
        throw .shape(input: 0, reason: "rows not divisible by the block")
      }
      channels = channels.map { $0 / size }
    } else {
      channels = nil
    }
    return [Fact(data.element, Shape([data.shape?[0] ?? nil, channels] + image))]
  }

  /// One addition per element of the input.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(inputs.first??.tensor)
  }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let (image, block) = (try context.integers(1), try context.integers(2))
    let axes = image.indices
    let dilations = self.dilations ?? axes.map { _ in 1 }
    let strides = self.strides ?? axes.map { _ in 1 }
    let pads = self.pads ?? axes.flatMap { _ in [0, 0] }
    guard dilations.count == axes.count, strides.count == axes.count, pads.count == 2 * axes.count else {
      throw .attributeValue("strides", reason: "not one number for each axis")
    }
    // Blocks along each axis, as many as a window of that size finds places.
    var blocks: [Int] = []
    for axis in axes {
      let span = try sum(try product(dilations[axis], block[axis] - 1), 1)
      let room = image[axis] + pads[axis] + pads[axes.count + axis] - span
      blocks.append(room < 0 ? 0 : room / strides[axis] + 1)
    }
    guard try product(blocks) == input.dimensions[2] else {
      throw .shape(input: 0, reason: "not one column for each block")
    }
    let source = input.elements(as: Element.self)
    let target = output.mutableElements(as: Element.self)
    for index in target.indices { target[index] = .zero }
    let imageStrides = rowMajorStrides(image)
    let (blockStrides, placeStrides) = (rowMajorStrides(block), rowMajorStrides(blocks))
    let (blockSize, columns) = (block.reduce(1, &*), input.dimensions[2])
    let plane = image.reduce(1, &*)
    for row in 0..<input.dimensions[0] * input.dimensions[1] {
      for column in 0..<columns {
        var offset = 0
        var isInside = true
        for axis in axes {
          let inBlock = row % blockSize / blockStrides[axis] % block[axis]
          let position =
            column / placeStrides[axis] % blocks[axis] * strides[axis] + inBlock * dilations[axis]
            - pads[axis]
          isInside = isInside && position >= 0 && position < image[axis]
          offset += position * imageStrides[axis]
        }
        guard isInside else { continue }
        let place = row / blockSize * plane + offset
        target[place] = target[place].adding(source[row * columns + column])
      }
    }
  }
}
