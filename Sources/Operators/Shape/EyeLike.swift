internal import Network

/// A matrix of the input's shape with ones on its `k`-th diagonal and zeros elsewhere.
struct EyeLike: Operator {
  static let name = "EyeLike"
  let role = Role.constant
  private let element: ElementType?
  private let diagonal: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    element = try attributes.elementType("dtype")
    diagonal = try attributes.integer("k", default: 0)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let type = try inputs.tensor(0)
    if let shape = type.shape, shape.rank != 2 { throw .rank(input: 0, expected: "2", found: shape.rank) }
    return [Fact(element ?? type.element, type.shape)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    let (rows, columns) = (output.dimensions[0], output.dimensions[1])
    var values = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      let (column, overflow) = row.addingReportingOverflow(diagonal)
      if !overflow, column >= 0, column < columns { values[row * columns + column] = 1 }
    }
    output.store(values)
  }
}
