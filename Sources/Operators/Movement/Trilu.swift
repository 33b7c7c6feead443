internal import Network

/// The upper or lower triangle of the last two axes, from the `k`-th diagonal on; zeros elsewhere.
struct Trilu: MovementOperator {
  static let name = "Trilu"
  private let isUpper: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isUpper = try attributes.flag("upper", default: true)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    if let rank = data.shape?.rank, rank < 2 { throw .rank(input: 0, expected: "at least 2", found: rank) }
    return [Fact(.tensor(data))]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .same : .none }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let diagonal = try context.optionalIntegers(1)?.first ?? 0
    let (rows, columns) = (input.dimensions[input.rank - 2], input.dimensions[input.rank - 1])
    let matrices = input.dimensions.dropLast(2).reduce(1, &*)
    let width = input.width
    for row in 0..<matrices * rows {
      // The first column that belongs to the upper part, or that no longer belongs to the lower one.
      let (edge, overflow) = (row % rows).addingReportingOverflow(
        isUpper ? diagonal : diagonal == .max ? .max : diagonal + 1)
      let column = overflow ? (diagonal < 0 ? 0 : columns) : min(max(edge, 0), columns)
      let kept = isUpper ? column..<columns : 0..<column
      let (target, source) = (output.bytes + row * columns * width, input.bytes + row * columns * width)
      if target != source {
        (target + kept.lowerBound * width).copyMemory(
          from: source + kept.lowerBound * width, byteCount: kept.count * width)
      }
      let cleared = isUpper ? 0..<column : column..<columns
      (target + cleared.lowerBound * width).initializeMemory(
        as: UInt8.self, repeating: 0, count: cleared.count * width)
    }
  }
}
