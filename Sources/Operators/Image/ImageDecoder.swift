internal import Network

/// The pixels of an encoded image as `[height, width, channels]`.
///
/// Described, not run: the extents stand in the encoded bytes, and this build decodes no image formats.
struct ImageDecoder: Operator {
  static let name = "ImageDecoder"
  private let channels: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    switch try attributes.string("pixel_format", default: "RGB") {
    case "RGB", "BGR": channels = 3
    case "Grayscale": channels = 1
    case let other: throw .attributeValue("pixel_format", reason: "\(other) is not RGB, BGR or Grayscale")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let stream = try inputs.tensor(0, of: [.uint8])
    if let rank = stream.shape?.rank, rank != 1 { throw .rank(input: 0, expected: "1", found: rank) }
    return [Fact(.uint8, [nil, nil, channels])]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }
}
