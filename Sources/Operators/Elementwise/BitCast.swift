internal import Network

/// The same bits read as another element type of the same size.
struct BitCast: Operator {
  static let name = "BitCast"
  let role = Role.view
  private let target: ElementType

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let target = try attributes.elementType("to") else { throw .missingAttribute("to") }
    self.target = target
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0)
    guard input.element.bits == target.bits, target.bits > 0 else {
      throw .elementType(input: 0, found: input.element)
    }
    return [Fact(target, input.shape)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.input(0)
    guard input.element.bits == target.bits else { throw .elementType(input: 0, found: input.element) }
    context.forward(.tensor(DenseTensor(target, input.dimensions, buffer: input.buffer)), to: 0)
  }
}
