internal import Network

/// Where a parameter stands, so that a complaint can name it.
enum ParameterSource: Sendable {
  case attribute(String)
  case input(Int)

  func failure(_ reason: String) -> OperatorError {
    switch self {
    case .attribute(let name): .attributeValue(name, reason: reason)
    case .input(let index): .value(input: index, reason: reason)
    }
  }
}

/// The place of `axis` among `rank` axes; negative ones count from the end.
func normalizedAxis(
  _ axis: Int, rank: Int, from source: ParameterSource = .attribute("axis")
) throws(OperatorError) -> Int {
  guard axis >= -rank, axis < rank else { throw source.failure("axis \(axis) of a tensor of rank \(rank)") }
  return axis < 0 ? axis + rank : axis
}

/// The places of `axes` among `rank` axes, in the order given; an axis may be named only once.
func normalizedAxes(
  _ axes: [Int], rank: Int, from source: ParameterSource = .attribute("axes")
) throws(OperatorError) -> [Int] {
  var places: [Int] = []
  for axis in axes {
    let place = try normalizedAxis(axis, rank: rank, from: source)
    guard !places.contains(place) else { throw source.failure("axis \(axis) is named twice") }
    places.append(place)
  }
  return places
}

/// A list of integers that older operator set versions give as an attribute and newer ones as an input.
enum IntegersParameter: Sendable {
  case attribute(String, [Int]?)
  case input(Int)

  /// What is known of the list before the network runs.
  enum Content {
    case absent
    case known([Int])
    /// It is given, but only the run knows its elements; nil where even their number is unknown.
    case unknown(count: Int?)
  }

  var source: ParameterSource {
    switch self {
    case .attribute(let name, _): .attribute(name)
    case .input(let index): .input(index)
    }
  }

  func content(_ inputs: InferenceInputs) throws(OperatorError) -> Content {
    switch self {
    case .attribute(_, let values): return values.map(Content.known) ?? .absent
    case .input(let index):
      guard let fact = inputs[index] else { return .absent }
      if let element = fact.tensor?.element, !element.isInteger {
        throw .elementType(input: index, found: element)
      }
      if let values = fact.constant?.integers { return .known(values) }
      return .unknown(count: fact.tensor?.elementCount)
    }
  }

  /// The list in a run; nil if it is left out.
  func values(_ context: KernelContext) throws(OperatorError) -> [Int]? {
    switch self {
    case .attribute(_, let values): return values
    case .input(let index): return try context.optionalIntegers(index)
    }
  }
}

extension KernelContext {
  /// The elements of an integer input that may be left out.
  func optionalIntegers(_ index: Int) throws(OperatorError) -> [Int]? {
    guard let tensor = try optionalInput(index) else { return nil }
    guard let values = tensor.integers else {
      throw .elementType(input: index, found: tensor.element)
    }
    return values
  }

  /// The elements of a required integer input.
  func integers(_ index: Int) throws(OperatorError) -> [Int] {
    guard let values = try optionalIntegers(index) else { throw .missingInput(index) }
    return values
  }
}
