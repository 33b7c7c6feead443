internal import Network

/// One string or number to look up. Numbers that compare equal are the same, and so are all that are not numbers.
enum Label: Hashable, Sendable {
  case string(String)
  case integer(Int)
  case float(UInt64)

  init(_ value: Double) { self = .float((value.isNaN ? Double.nan : value == 0 ? 0 : value).bitPattern) }
}

/// Strings or numbers of one type that a node carries in its attributes: keys of a dictionary, or what stands for them.
enum LabelList: Sendable {
  case strings([String])
  case integers(ElementType, [Int])
  case floats(ElementType, [Double])

  /// The first of the attributes that is there, of `name` with each type's suffix; nil if there is none.
  init?(
    _ attributes: borrowing AttributeReader, strings: String, integers: String, floats: String? = nil,
    tensor: String? = nil
  ) throws(OperatorError) {
    if let values = try attributes.strings(strings), !values.isEmpty {
      self = .strings(values)
    } else if let values = try attributes.integers(integers), !values.isEmpty {
      self = .integers(.int64, values)
    } else if let floats, let values = try attributes.floats(floats), !values.isEmpty {
      self = .floats(.float32, values.map(Double.init))
    } else if let tensor, let stored = try attributes.tensor(tensor) {
      self = try Self.content(of: stored, tensor)
    } else {
      return nil
    }
  }

  /// The elements of an attribute.
  static func content(of stored: Tensor, _ name: String) throws(OperatorError) -> LabelList {
    guard let content = LabelList(try RuntimeValue(stored)) else { throw .attributeType(name) }
    return content
  }

  /// The elements of a tensor of strings or numbers; nil for anything else.
  init?(_ value: RuntimeValue) {
    switch value {
    case .strings(let strings): self = .strings(strings.elements)
    case .tensor(let tensor):
      if let values = tensor.integers {
        self = .integers(tensor.element, values)
      } else if tensor.element.isFloatingPoint, let values = tensor.values {
        self = .floats(tensor.element, values.doubles)
      } else {
        return nil
      }
    case .sequence, .optional, .map: return nil
    }
  }

  var element: ElementType {
    switch self {
    case .strings: .string
    case .integers(let element, _), .floats(let element, _): element
    }
  }

  var count: Int {
    switch self {
    case .strings(let values): values.count
    case .integers(_, let values): values.count
    case .floats(_, let values): values.count
    }
  }

  var labels: [Label] {
    switch self {
    case .strings(let values): values.map(Label.string)
    case .integers(_, let values): values.map(Label.integer)
    case .floats(_, let values): values.map { Label($0) }
    }
  }

  /// The places of the entries from the least to the greatest.
  var ascending: [Int] {
    switch self {
    case .strings(let values): values.indices.sorted { values[$0] < values[$1] }
    case .integers(_, let values): values.indices.sorted { values[$0] < values[$1] }
    case .floats(_, let values): values.indices.sorted { values[$0] < values[$1] }
    }
  }

  /// The entries at `places`, as the keys or values of a map.
  func vector(_ places: [Int]) throws(OperatorError) -> RuntimeValue {
    let context = KernelContext(inputs: [], outputCount: 1)
    try write(places, [places.count], context)
    return try context.onlyOutput
  }

  /// Zero, or the string that ONNX Runtime fills up with: what stands in where a map has no value.
  static func nothing(_ element: ElementType, string: String = "") -> LabelList {
    if element == .string { return .strings([string]) }
    return element.isFloatingPoint ? .floats(element, [0]) : .integers(element, [0])
  }

  /// Writes the entries at `places` as output `index`; where there is no place, `fallback`'s only entry.
  func write(
    _ places: [Int?], _ dimensions: [Int], fallback: LabelList? = nil, to index: Int = 0,
    _ context: KernelContext
  ) throws(OperatorError) {
    func pick<Entry>(_ entries: [Entry], _ other: Entry?) throws(OperatorError) -> [Entry] {
      var result: [Entry] = []
      result.reserveCapacity(places.count)
      for place in places {
        if let place {
          result.append(entries[place])
        } else if let other {
          result.append(other)
        } else {
          throw .value(input: 0, reason: "a value that is not listed")
        }
      }
      return result
    }
    switch (self, fallback) {
    case (.strings(let values), let fallback):
      var other: String?
      if case .strings(let only)? = fallback { other = only.first }
      let elements = try pick(values, other)
      context.forward(.strings(StringTensor(dimensions: dimensions, elements: elements)), to: index)
    case (.integers(let element, let values), let fallback):
      var other: Int?
      if case .integers(_, let only)? = fallback { other = only.first }
      let picked = try pick(values, other).map(Int64.init)
      try context.output(index, element, dimensions).store(.signed(picked), ElementRounding())
    case (.floats(let element, let values), let fallback):
      var other: Double?
      if case .floats(_, let only)? = fallback { other = only.first }
      try context.output(index, element, dimensions).store(try pick(values, other))
    }
  }
}

extension RuntimeMap {
  /// The same with ascending keys.
  package var sorted: RuntimeMap {
    get throws(OperatorError) {
      let (keys, values) = try lists
      let order = keys.ascending
      return try RuntimeMap(keys: keys.vector(order), values: values.vector(order))
    }
  }

  var lists: (keys: LabelList, values: LabelList) {
    get throws(OperatorError) {
      guard let keys = LabelList(keys), let values = LabelList(values) else {
        throw .shape(input: 0, reason: "neither numbers nor strings")
      }
      return (keys, values)
    }
  }
}

extension KernelContext {
  /// The elements of a required input of strings or numbers, to be looked up.
  func labels(_ index: Int) throws(OperatorError) -> (labels: [Label], dimensions: [Int]) {
    if index < inputs.count, case .strings(let strings)? = inputs[index] {
      return (strings.elements.map(Label.string), strings.dimensions)
    }
    let tensor = try input(index)
    if let values = tensor.integers { return (values.map(Label.integer), tensor.dimensions) }
    return (try tensor.doubles(input: index).map { Label($0) }, tensor.dimensions)
  }
}

/// Where each label of a list stands; of equal ones the first.
func places(of labels: [Label]) -> [Label: Int] {
  Dictionary(labels.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
}
