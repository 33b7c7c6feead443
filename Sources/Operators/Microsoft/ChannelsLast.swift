internal import Network

/// An operator of `[batch, channels, spatial...]` on tensors whose channels come last.
struct ChannelsLast<Base: Operator>: Operator {
  static var name: String { Base.name }
  let base: Base
  let isChannelsLast: Bool
  /// Inputs that are laid out so; weights are not.
  private let maps: [Int]

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    try self.init(attributes, isChannelsLast: try attributes.flag("channels_last"))
  }

  init(
    _ attributes: borrowing AttributeReader, isChannelsLast: Bool, maps: [Int] = [0]
  ) throws(OperatorError) {
    base = try Base(attributes)
    (self.isChannelsLast, self.maps) = (isChannelsLast, maps)
  }

  var role: Role { base.role }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard isChannelsLast else { return try base.infer(inputs) }
    return try base.infer(InferenceInputs(channelsFirst(inputs.facts))).map { $0.channelsMoved(toEnd: true) }
  }

  private func channelsFirst(_ facts: [Fact?]) -> [Fact?] {
    facts.enumerated().map { maps.contains($0) ? $1?.channelsMoved(toEnd: false) : $1 }
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard isChannelsLast else { return try base.cost(inputs: inputs, outputs: outputs) }
    return try base.cost(
      inputs: channelsFirst(inputs), outputs: outputs.map { $0.channelsMoved(toEnd: false) })
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard isChannelsLast else { return base.reach(into: index, inputs: inputs, outputs: outputs) }
    return base.reach(
      into: index, inputs: channelsFirst(inputs), outputs: outputs.map { $0.channelsMoved(toEnd: false) })
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    guard isChannelsLast else { return try base.run(context) }
    var inputs = context.inputs
    for index in maps where index < inputs.count {
      guard let tensor = inputs[index]?.tensor else { continue }
      inputs[index] = .tensor(try tensor.channelsMoved(toEnd: false, limit: context.limit))
    }
    let inner = KernelContext(inputs: inputs, outputCount: context.outputs.count, limit: context.limit)
    try base.run(inner)
    for (index, output) in inner.outputs.enumerated() {
      guard let tensor = output?.tensor else { continue }
      context.forward(.tensor(try tensor.channelsMoved(toEnd: true, limit: context.limit)), to: index)
    }
  }
}

extension Fact {
  /// The type with the second axis moved behind the others, or the last one to second place.
  func channelsMoved(toEnd: Bool) -> Fact {
    guard let type = tensor, let shape = type.shape, shape.rank > 2 else { return Fact(self.type) }
    return Fact(type.element, Shape(channelOrder(rank: shape.rank, toEnd: toEnd).map { shape[$0] }))
  }
}

extension DenseTensor {
  fileprivate func channelsMoved(toEnd: Bool, limit: Int) throws(OperatorError) -> DenseTensor {
    guard rank > 2 else { return self }
    let order = channelOrder(rank: rank, toEnd: toEnd)
    let strides = rowMajorStrides(dimensions)
    let target = try DenseTensor(element, order.map { dimensions[$0] }, limit: limit)
    copyStrided(
      extents: target.dimensions, width: width, from: UnsafeRawPointer(bytes),
      strides: order.map { strides[$0] }, to: target.bytes, strides: rowMajorStrides(target.dimensions))
    return target
  }
}

/// The axes of a tensor in the order in which their channels come last, or come second again.
private func channelOrder(rank: Int, toEnd: Bool) -> [Int] {
  toEnd ? [0] + Array(2..<rank) + [1] : [0, rank - 1] + Array(1..<(rank - 1))
}
