internal import Network

/// The input stretched to what its shape and the shape asked for have in common by broadcasting.
struct Expand: MovementOperator {
  static let name = "Expand"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    switch try IntegersParameter.input(1).content(inputs) {
    case .absent: throw .missingInput(1)
    case .unknown(let count):
      let rank = data.shape.flatMap { shape in count.map { max($0, shape.rank) } }
      return [Fact(data.element, rank.map { Shape([Dimension](repeating: nil, count: $0)) })]
    case .known(let extents):
      guard extents.allSatisfy({ $0 >= 0 }) else { throw .value(input: 1, reason: "a negative extent") }
      return [Fact(data.element, try broadcastShape([data.shape, Shape(extents)]))]
    }
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .same : .none }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    copyStrided(
      extents: output.dimensions, width: input.width, from: input.bytes,
      strides: broadcastStrides(input.dimensions, to: output.dimensions), to: output.bytes,
      strides: rowMajorStrides(output.dimensions))
  }
}

extension Expand: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveStretched(0) { _ in .gradient(0) }
  }
}
