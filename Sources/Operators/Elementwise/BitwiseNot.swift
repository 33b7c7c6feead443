internal import Network

/// Every bit turned over.
struct BitwiseNot: UnaryOperator, IntegerKernel {
  static let name = "BitwiseNot"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func run<Element: Number & FixedWidthInteger>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) {
    let input = try context.input(0)
    let target = try context.output(0, input.element, input.dimensions).mutableElements(as: Element.self)
    for (index, value) in input.elements(as: Element.self).enumerated() { target[index] = ~value }
  }
}
