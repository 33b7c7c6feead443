internal import Network

/// The same numbers in another element type.
struct Cast: Operator {
  static let name = "Cast"
  let role = Role.activation
  private let target: ElementType
  private let rounding: ElementRounding

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    target = try Self.target(attributes)
    rounding = try ElementRounding(attributes)
  }

  /// Before version 6, `to` is a name such as `FLOAT`.
  private static func target(_ attributes: borrowing AttributeReader) throws(OperatorError) -> ElementType {
    if case .string(let bytes)? = attributes.value("to") {
      let name = String(decoding: bytes, as: UTF8.self).lowercased()
      guard let type = ElementType(name: name) else {
        throw .attributeValue("to", reason: "no element type is called \(name)")
      }
      return type
    }
    guard let type = try attributes.elementType("to") else { throw .missingAttribute("to") }
    return type
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(target, try inputs.tensor(0).shape)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    try convert(context, to: target, rounding)
  }
}

extension ElementRounding {
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    saturate = try attributes.flag("saturate", default: true)
    guard let mode = Mode(rawValue: try attributes.string("round_mode", default: "up")) else {
      throw .attributeValue("round_mode", reason: "not up, down or nearest")
    }
    self.mode = mode
  }
}

/// Writes the elements of input 0 to output 0 as `element`.
func convert(
  _ context: KernelContext, to element: ElementType, _ rounding: ElementRounding
) throws(OperatorError) {
  switch context.inputs.first {
  case .strings(let strings)?: try convert(strings, context, to: element, rounding)
  case .tensor(let input)? where input.element == element: context.forward(.tensor(input), to: 0)
  case .tensor(let input)? where element == .string:
    let output = StringTensor(dimensions: input.dimensions, elements: try input.descriptions(input: 0))
    context.forward(.strings(output), to: 0)
  default:
    let input = try context.input(0)
    guard let values = input.values else { throw .elementType(input: 0, found: input.element) }
    guard element.bits < 64 || element.isInteger || element == .float64 else {
      throw .unsupported("conversion to complex numbers")
    }
    try context.output(0, element, input.dimensions).store(values, rounding)
  }
}

/// Writes strings that spell numbers as those numbers.
private func convert(
  _ strings: StringTensor, _ context: KernelContext, to element: ElementType, _ rounding: ElementRounding
) throws(OperatorError) {
  if element == .string { return context.forward(.strings(strings), to: 0) }
  let output = try context.output(0, element, strings.dimensions)
  if element.isInteger, let integers = strings.elements.allMapped({ Int64($0) }) {
    return output.store(.signed(integers), rounding)
  }
  guard let numbers = strings.elements.allMapped({ Double($0) }) else {
    throw .value(input: 0, reason: "a string that spells no number")
  }
  output.store(.floats(numbers), rounding)
}

extension Array {
  /// The results of `transform`, if it has one for every element.
  fileprivate func allMapped<Result>(_ transform: (Element) -> Result?) -> [Result]? {
    let results = compactMap(transform)
    return results.count == count ? results : nil
  }
}

extension DenseTensor {
  /// The elements as text: the shortest decimal number that reads back as the same float.
  fileprivate func descriptions(input: Int) throws(OperatorError) -> [String] {
    switch element {
    case .float32: return elements(as: Float.self).map(Self.describe)
    case .bool: return elements(as: UInt8.self).map { $0 == 0 ? "False" : "True" }
    default: break
    }
    switch values {
    case .signed(let values): return values.map(String.init)
    case .unsigned(let values): return values.map(String.init)
    case .floats(let values): return values.map(Self.describe)
    case nil: throw .elementType(input: input, found: element)
    }
  }

  private static func describe(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-INF" : "INF") : value.description
  }
}

extension Cast: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    guard let element = d.inputs.first??.tensor?.element else { throw .needsValue(input: 0) }
    try d.give(0) { d in d.cast(.gradient(0), to: element) }
  }
}
