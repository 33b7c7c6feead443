internal import Network

/// The extents of its input, or of a range of its axes, as int64.
struct ShapeOperator: Operator {
  static let name = "Shape"
  let role = Role.constant
  private let start: Int
  private let end: Int?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    start = try attributes.integer("start", default: 0)
    end = try attributes.integer("end")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard let shape = try inputs.tensor(0).shape else { return [Fact(.int64, [nil])] }
    let axes = range(rank: shape.rank)
    guard let extents = Shape(Array(shape.dimensions[axes])).known else {
      return [Fact(.int64, [axes.count])]
    }
    return [Fact(.int64(extents))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    let dimensions = try context.input(0).dimensions
    context.forward(.tensor(.int64(Array(dimensions[range(rank: dimensions.count)]))), to: 0)
  }

  /// The axes asked for, clamped to those that there are.
  private func range(rank: Int) -> Range<Int> {
    func clamp(_ axis: Int) -> Int { min(max(axis < 0 ? axis + rank : axis, 0), rank) }
    let first = clamp(start)
    return first..<max(clamp(end ?? rank), first)
  }
}
