internal import Network

/// Each element as a vector with a 1 at its category's place.
struct OneHotEncoder: Operator {
  static let name = "OneHotEncoder"
  static let domain = "ai.onnx.ml"
  private let categories: LabelList
  /// Whether a value of no category gives zeros, and not an error.
  private let allowsUnknown: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let categories = try LabelList(attributes, strings: "cats_strings", integers: "cats_int64s") else {
      throw .missingAttribute("cats_int64s")
    }
    self.categories = categories
    allowsUnknown = try attributes.flag("zeros", default: true)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: FeatureRows.elementTypes + [.string])
    guard (input.element == .string) == (categories.element == .string) else {
      throw .elementType(input: 0, found: input.element)
    }
    return [Fact(.float32, input.shape.map { Shape($0.dimensions + [categories.count]) })]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    var (labels, _) = try context.labels(0)
    if let tensor = try context.value(0).tensor, tensor.element.isFloatingPoint {
      labels = try tensor.doubles(input: 0).map { .integer(Int(saturating: $0)) }
    }
    let places = places(of: categories.labels)
    let target = try makeOutput(context).mutableElements(as: Float.self)
    target.update(repeating: 0)
    for (index, label) in labels.enumerated() {
      if let place = places[label] {
        target[index * categories.count + place] = 1
      } else if !allowsUnknown {
        throw .value(input: 0, reason: "a value of no category")
      }
    }
  }
}
