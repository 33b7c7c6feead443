internal import Network

/// The opposite truth value.
struct Not: UnaryOperator {
  static let name = "Not"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.input(0)
    guard input.element == .bool else { throw .elementType(input: 0, found: input.element) }
    let target = try context.output(0, .bool, input.dimensions).mutableElements(as: UInt8.self)
    for (index, value) in input.elements(as: UInt8.self).enumerated() { target[index] = value == 0 ? 1 : 0 }
  }
}
