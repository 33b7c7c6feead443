internal import Network

/// Blocks of space gathered in channels: [N, C, H, W] to [N, C b^2, H / b, W / b].
struct SpaceToDepth: MovementOperator {
  static let name = "SpaceToDepth"
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
    let channels = try shape[1].map { extent throws(OperatorError) in try product(extent, size * size) }
    for axis in 2...3 {
      if let extent = shape[axis], extent % size != 0 {
        throw .shape(input: 0, reason: "axis \(axis) not divisible by the block")
      }
    }
    return [
      Fact(data.element, Shape([shape[0], channels] + shape.dimensions[2...].map { $0.map { $0 / size } }))
    ]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    .window(kernel: [size, size], strides: [size, size], dilations: [1, 1], padding: [0, 0])
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let (n, c, h, w) = (input.dimensions[0], input.dimensions[1], output.dimensions[2], output.dimensions[3])
    BlockRearrangement(
      extents: [n, c, h, size, w, size],
      order: order == .depthLast ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]
    ).move(input, to: output)
  }
}
