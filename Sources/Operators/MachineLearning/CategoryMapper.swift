internal import Network

/// Strings as the integers that stand for them, or the other way.
struct CategoryMapper: Operator {
  static let name = "CategoryMapper"
  static let domain = "ai.onnx.ml"
  private let places: CategoryPlaces

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    let strings = try attributes.strings("cats_strings") ?? []
    let integers = try attributes.integers("cats_int64s") ?? []
    guard strings.count == integers.count else {
      throw .attributeValue("cats_int64s", reason: "\(integers.count) integers for \(strings.count) strings")
    }
    places = CategoryPlaces(
      strings: strings, integers: integers,
      defaultString: try attributes.string("default_string", default: "_Unused"),
      defaultInteger: try attributes.integer("default_int64", default: -1))
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [try places.infer(try inputs.tensor(0))]
  }

  /// One look-up for each element.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }
  func run(_ context: KernelContext) throws(OperatorError) { try places.run(context) }
}
