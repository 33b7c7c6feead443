internal import Network

/// Each element's entry in a dictionary that the node carries.
struct LabelEncoder: Operator {
  static let name = "LabelEncoder"
  static let domain = "ai.onnx.ml"
  private let encoding: Encoding

  private enum Encoding {
    /// What is not a number is a key like any other from version 4 on, before it equals nothing.
    case dictionary(keys: LabelList, values: LabelList, fallback: LabelList?, findsNaN: Bool)
    /// Version 1: strings stand for their places in the list, and places for strings.
    case places(CategoryPlaces)
  }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    if attributes.version < 2 {
      guard let classes = try attributes.strings("classes_strings") else {
        throw .missingAttribute("classes_strings")
      }
      encoding = .places(
        CategoryPlaces(
          strings: classes, integers: Array(classes.indices),
          defaultString: try attributes.string("default_string", default: "_Unused"),
          defaultInteger: try attributes.integer("default_int64", default: -1)))
      return
    }
    guard
      let keys = try LabelList(
        attributes, strings: "keys_strings", integers: "keys_int64s", floats: "keys_floats",
        tensor: "keys_tensor")
    else { throw .missingAttribute("keys_tensor") }
    guard
      let values = try LabelList(
        attributes, strings: "values_strings", integers: "values_int64s", floats: "values_floats",
        tensor: "values_tensor")
    else { throw .missingAttribute("values_tensor") }
    guard keys.count == values.count else {
      throw .attributeValue("keys_tensor", reason: "\(keys.count) keys for \(values.count) values")
    }
    encoding = .dictionary(
      keys: keys, values: values, fallback: try Self.fallback(attributes, values),
      findsNaN: attributes.version >= 4)
  }

  private static func fallback(
    _ attributes: borrowing AttributeReader, _ values: LabelList
  ) throws(OperatorError) -> LabelList? {
    if let stored = try attributes.tensor("default_tensor") {
      return try LabelList.content(of: stored, "default_tensor")
    }
    switch values {
    case .strings: return .strings([try attributes.string("default_string", default: "_Unused")])
    case .integers(let element, _):
      return .integers(element, [try attributes.integer("default_int64", default: -1)])
    case .floats(let element, _):
      return .floats(element, [Double(try attributes.float("default_float", default: -0.0))])
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0)
    switch encoding {
    case .places(let places): return [try places.infer(input)]
    case .dictionary(let keys, let values, _, _):
      guard keys.element == input.element else { throw .elementType(input: 0, found: input.element) }
      return [Fact(values.element, input.shape)]
    }
  }

  /// One look-up for each element.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    switch encoding {
    case .places(let places): try places.run(context)
    case .dictionary(let keys, let values, let fallback, let findsNaN):
      let (labels, dimensions) = try context.labels(0)
      var places = places(of: keys.labels)
      if !findsNaN { places[Label(.nan)] = nil }
      try values.write(labels.map { places[$0] }, dimensions, fallback: fallback, context)
    }
  }
}

/// Strings and the integers that stand for them, looked up in either direction by what comes in.
struct CategoryPlaces: Sendable {
  let strings: [String]
  let integers: [Int]
  let defaultString: String
  let defaultInteger: Int

  func infer(_ input: TensorType) throws(OperatorError) -> Fact {
    switch input.element {
    case .string: return Fact(.int64, input.shape)
    case .int64: return Fact(.string, input.shape)
    default: throw .elementType(input: 0, found: input.element)
    }
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    let (labels, dimensions) = try context.labels(0)
    if case .strings = try context.value(0) {
      let places = places(of: strings.map(Label.string))
      try LabelList.integers(.int64, integers).write(
        labels.map { places[$0] }, dimensions, fallback: .integers(.int64, [defaultInteger]), context)
    } else {
      let places = places(of: integers.map(Label.integer))
      try LabelList.strings(strings).write(
        labels.map { places[$0] }, dimensions, fallback: .strings([defaultString]), context)
    }
  }
}
