internal import Network

/// A tensor [N, C, H, W] whose axes are split into blocks and put together in another order.
struct BlockRearrangement {
  /// The extents of the split axes, in the input's order.
  let extents: [Int]
  /// The split axis at each place of the output.
  let order: [Int]

  func move(_ input: DenseTensor, to output: DenseTensor) {
    let strides = rowMajorStrides(extents)
    let ordered = order.map { extents[$0] }
    copyStrided(
      extents: ordered, width: input.width, from: input.bytes, strides: order.map { strides[$0] },
      to: output.bytes,
      strides: rowMajorStrides(ordered))
  }

  /// Checks the block size and that the input has four axes.
  static func blockSize(_ attributes: borrowing AttributeReader) throws(OperatorError) -> Int {
    let size = try attributes.requiredInteger("blocksize")
    guard size >= 1, size <= 1 << 16 else {
      throw .attributeValue("blocksize", reason: "not a size of blocks")
    }
    return size
  }
}

/// The order in which a channel's number is made of the place in the block and the channel outside.
enum BlockOrder: String {
  /// Place in the block first, channel last.
  case depthLast = "DCR"
  case depthFirst = "CRD"

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let order = Self(rawValue: try attributes.string("mode", default: "DCR")) else {
      throw .attributeValue("mode", reason: "neither DCR nor CRD")
    }
    self = order
  }
}
