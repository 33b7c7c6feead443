internal import Network

/// Channels spread over blocks of space: [N, C, H, W] to [N, C / b^2, H b, W b].
struct DepthToSpace: MovementOperator {
  static let name = "DepthToSpace"
  private let size: Int
  private let order: BlockOrder

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    size = try BlockRearrangement.blockSize(attributes)
    order = try BlockOrder(attributes)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard let shape = data.shape else { return [Fact(data.element, .unknown(rank: 4))] }
    guard shape.rank == 4 else { throw .rank(input: 0, expected: "4", found: shape.rank) }
    if let channels = shape[1], channels % (size * size) != 0 {
      throw .shape(input: 0, reason: "channels not divisible by the block")
    }
    var extents: [Dimension] = [shape[0], shape[1].map { $0 / (size * size) }]
    for axis in 2...3 {
      extents.append(try shape[axis].map { extent throws(OperatorError) in try product(extent, size) })
    }
    return [Fact(data.element, Shape(extents))]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    .resample(scale: [Double(size), Double(size)], support: [1, 1])
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let (n, c, h, w) = (input.dimensions[0], output.dimensions[1], input.dimensions[2], input.dimensions[3])
    let blocks =
      order == .depthLast
      ? BlockRearrangement(extents: [n, size, size, c, h, w], order: [0, 3, 4, 1, 5, 2])
      : BlockRearrangement(extents: [n, c, size, size, h, w], order: [0, 1, 4, 2, 5, 3])
    blocks.move(input, to: output)
  }
}
