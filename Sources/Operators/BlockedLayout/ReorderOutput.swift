internal import Network

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
