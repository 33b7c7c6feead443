internal import Network

/// The input enlarged by a scale for each axis; `Resize` before it had coordinate modes.
struct Upsample: ResamplingOperator {
  static let name = "Upsample"
  let resampling: Resampling
  private let scales: [Float]?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    resampling = try Resampling(legacy: try attributes.string("mode", default: "nearest"))
    if attributes.version < 7 {
      guard let height = try attributes.float("height_scale"), let width = try attributes.float("width_scale")
      else {
        throw .missingAttribute("height_scale")
      }
      scales = [1, 1, height, width]
    } else if attributes.version < 9 {
      guard let values = try attributes.floats("scales") else { throw .missingAttribute("scales") }
      scales = values
    } else {
      scales = nil
    }
  }

  func axes(_ shape: Shape, _ inputs: InferenceInputs) throws(OperatorError) -> [ResamplingAxis]? {
    if let scales { return try scaledAxes(shape, scales, from: .attribute("scales")) }
    guard let given = try inputs.required(1).constant else { return nil }
    return try scaledAxes(shape, try given.doubles(input: 1).map { Float($0) }, from: .input(1))
  }
}

extension Resampling {
  /// As before version 11, by the name of the method.
  init(legacy mode: String) throws(OperatorError) {
    switch mode {
    case "nearest": self.init(mapping: .asymmetric, method: .nearest(.legacy))
    case "linear", "bilinear": self.init(mapping: .asymmetric, method: .interpolated(.linear))
    default: throw .attributeValue("mode", reason: "neither nearest nor linear")
    }
  }
}
