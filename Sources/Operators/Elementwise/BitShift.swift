internal import Network

/// `a` shifted by `b` bits; bits pushed out are lost, and a negative `b` pushes all of them out.
struct BitShift: BroadcastOperator, IntegerKernel {
  static let name = "BitShift"
  private let isLeft: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    switch try attributes.string("direction") {
    case "LEFT": isLeft = true
    case "RIGHT": isLeft = false
    case nil: throw .missingAttribute("direction")
    default: throw .attributeValue("direction", reason: "neither LEFT nor RIGHT")
    }
  }

  func run<Element: Number & FixedWidthInteger>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) {
    let output = try makeOutput(context)
    let isLeft = isLeft
    broadcastMap(try context.input(0), try context.input(1), into: output) {
      (a: Element, b: Element) -> Element in
      let distance = b < 0 ? Element(Element.bitWidth - 1) : b
      if isLeft { return b < 0 ? 0 : a << distance }
      return a >> distance
    }
  }
}
