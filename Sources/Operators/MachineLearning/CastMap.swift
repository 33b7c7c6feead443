internal import Network

/// The values of a map as a row of a matrix, ordered by their keys. Described, not run: this build passes no maps.
struct CastMap: Operator {
  static let name = "CastMap"
  static let domain = "ai.onnx.ml"
  private let element: ElementType
  private let columns: Dimension

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    switch try attributes.string("cast_to", default: "TO_FLOAT") {
    case "TO_FLOAT": element = .float32
    case "TO_STRING": element = .string
    case "TO_INT64": element = .int64
    case let other: throw .attributeValue("cast_to", reason: "\(other) is not known")
    }
    switch try attributes.string("map_form", default: "DENSE") {
    case "DENSE": columns = nil
    case "SPARSE": columns = try attributes.integer("max_map", default: 1)
    case let other: throw .attributeValue("map_form", reason: "\(other) is neither DENSE nor SPARSE")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard case .map = try inputs.required(0).type else { throw .shape(input: 0, reason: "not a map") }
    return [Fact(element, [1, columns])]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
}
