internal import Network

/// An operator on ONNX Runtime's own blocked layout, `[batch, channels / block, height, width, block]` stored under the
/// extents `[batch, channels, height, width]`: counted as what it stands for, and not run, since the block is that of the
/// processor which wrote the file.
protocol BlockedLayoutOperator: WrappingOperator {}

extension BlockedLayoutOperator {
  package static var domain: String { "com.microsoft.nchwc" }
  package func run(_ context: KernelContext) throws(OperatorError) {
    throw .unsupported("a layout of one processor (com.microsoft.nchwc): export the network without it")
  }
}

struct BlockedConv: BlockedLayoutOperator {
  static let name = "Conv"
  let base: FusedConv
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try FusedConv(attributes) }
}

struct BlockedMaxPool: BlockedLayoutOperator {
  static let name = "MaxPool"
  let base: MaxPool
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try MaxPool(attributes) }
}

struct BlockedAveragePool: BlockedLayoutOperator {
  static let name = "AveragePool"
  let base: AveragePool
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try AveragePool(attributes) }
}

struct BlockedGlobalMaxPool: BlockedLayoutOperator {
  static let name = "GlobalMaxPool"
  let base: GlobalMaxPool
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try GlobalMaxPool(attributes) }
}

struct BlockedGlobalAveragePool: BlockedLayoutOperator {
  static let name = "GlobalAveragePool"
  let base: GlobalAveragePool
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try GlobalAveragePool(attributes)
  }
}

/// Into the layout: channels are filled up to whole blocks, whose size the file does not tell.
struct ReorderInput: Operator {
  static let name = "ReorderInput"
  static let domain = "com.microsoft.nchwc"
  private let isChannelsLast: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isChannelsLast = try attributes.flag("channels_last")
  }

  /// The largest block of the processors that have one.
  private static let block = 16

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    var fact = Fact(.tensor(try inputs.tensor(0)))
    if isChannelsLast { fact = fact.channelsMoved(toEnd: false) }
    guard let type = fact.tensor, var shape = type.shape, shape.rank > 1 else { return [fact] }
    if let channels = shape[1], channels % Self.block != 0 { shape[1] = nil }
    return [Fact(type.element, shape)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }
}

/// Out of the layout.
struct ReorderOutput: Operator {
  static let name = "ReorderOutput"
  static let domain = "com.microsoft.nchwc"
  private let channels: Int
  private let isChannelsLast: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    channels = try attributes.requiredInteger("channels")
    isChannelsLast = try attributes.flag("channels_last")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0)
    guard var shape = input.shape, shape.rank > 1 else { return [Fact(.tensor(input))] }
    shape[1] = channels
    let fact = Fact(input.element, shape)
    return [isChannelsLast ? fact.channelsMoved(toEnd: true) : fact]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }
}

/// Enlarging by whole factors.
struct BlockedUpsample: Operator {
  static let name = "Upsample"
  static let domain = "com.microsoft.nchwc"
  private let scales: [Int]
  private let isLinear: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    scales = try attributes.integers("scales") ?? []
    isLinear = try attributes.string("mode", default: "nearest") == "linear"
    guard scales.allSatisfy({ $0 > 0 }) else {
      throw .attributeValue("scales", reason: "\(scales) are not positive")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0)
    guard let shape = input.shape else { return [Fact(.tensor(input))] }
    guard shape.rank == scales.count else {
      throw .rank(input: 0, expected: "\(scales.count)", found: shape.rank)
    }
    var extents: [Dimension] = []
    for (extent, scale) in zip(shape.dimensions, scales) {
      extents.append(try extent.map { extent throws(OperatorError) in try product(extent, scale) })
    }
    return [Fact(input.element, Shape(extents))]
  }

  /// Three products and sums of four neighbours where it interpolates.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    isLinear ? try .elementwise(outputs.first?.tensor, 7) : .free
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    .resample(
      scale: scales.dropFirst(2).map(Double.init), support: scales.dropFirst(2).map { _ in isLinear ? 2 : 1 })
  }
}
