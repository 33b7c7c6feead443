internal import Network

/// The numbers from `start` in steps of `delta`, up to but without `limit`.
struct RangeOperator: NumericKernel {
  static let name = "Range"
  let role = Role.constant
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let type = try inputs.tensor(0)
    var numbers: [ElementValues] = []
    for index in 0..<3 {
      guard try inputs.tensor(index).element == type.element else {
        throw .elementType(input: index, found: try inputs.tensor(index).element)
      }
      guard let value = inputs[index]?.constant else { return [Fact(type.element, [nil])] }
      guard value.elementCount == 1, let content = value.values else {
        throw .shape(input: index, reason: "not one number")
      }
      numbers.append(content)
    }
    return [Fact(type.element, [try Self.count(numbers)])]
  }

  /// `max(ceil((limit - start) / delta), 0)`, exact for integers.
  private static func count(_ numbers: [ElementValues]) throws(OperatorError) -> Int {
    if case .signed(let start) = numbers[0], case .signed(let limit) = numbers[1],
      case .signed(let delta) = numbers[2]
    {
      guard delta[0] != 0 else { throw .value(input: 2, reason: "a step of 0") }
      let (distance, overflow) = limit[0].subtractingReportingOverflow(start[0])
      guard !overflow, distance != .min, delta[0] != .min else { throw .overflow }
      let (whole, rest) = distance.quotientAndRemainder(dividingBy: delta[0])
      return max(Int(whole) + (rest != 0 && (rest < 0) == (delta[0] < 0) ? 1 : 0), 0)
    }
    let (start, limit, delta) = (numbers[0].doubles[0], numbers[1].doubles[0], numbers[2].doubles[0])
    guard delta != 0 else { throw .value(input: 2, reason: "a step of 0") }
    guard let count = Int(exactly: max(((limit - start) / delta).rounded(.up), 0)) else { throw .overflow }
    return count
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let target = try makeOutput(context).mutableElements(as: Element.self)
    let start = try context.input(0).elements(as: Element.self)[0]
    let delta = try context.input(2).elements(as: Element.self)[0]
    for index in target.indices {
      target[index] = start.adding(Element(from: Double(index)).multiplied(by: delta))
    }
  }
}
