internal import Network

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
