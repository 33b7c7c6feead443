internal import Network

/// The slices of an axis, or the elements of the flattened input, for which a condition holds.
struct Compress: MovementOperator {
  static let name = "Compress"
  private let axis: Int?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (data, condition) = (try inputs.tensor(0), try inputs.tensor(1))
    guard condition.element == .bool else { throw .elementType(input: 1, found: condition.element) }
    let chosen = inputs[1]?.constant?.integers.map { $0.filter { $0 != 0 }.count }
    guard let axis else { return [Fact(data.element, [chosen])] }
    guard var shape = data.shape else { return [Fact(data.element, nil)] }
    shape[try normalizedAxis(axis, rank: shape.rank)] = chosen
    return [Fact(data.element, shape)]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .whole : .none }

  func move(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    var input = try context.input(0)
    if axis == nil { input = input.reshaped([input.elementCount]) }
    let place = try axis.map { axis throws(OperatorError) in try normalizedAxis(axis, rank: input.rank) } ?? 0
    let condition = try context.integers(1)
    let chosen = condition.indices.filter { condition[$0] != 0 }
    if let last = chosen.last, last >= input.dimensions[place] {
      throw .value(input: 1, reason: "longer than the axis")
    }
    copySlices(chosen, along: place, from: input, to: output)
  }
}
