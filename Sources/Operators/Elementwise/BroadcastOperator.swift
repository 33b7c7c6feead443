internal import Network

/// An operator that combines two or more tensors element by element, stretching them to a common shape.
protocol BroadcastOperator: Operator {
  /// The type of the result; nil for that of the inputs.
  static var result: ElementType? { get }
  var alignment: LegacyAlignment { get }
}

extension BroadcastOperator {
  static var result: ElementType? { nil }
  var alignment: LegacyAlignment { LegacyAlignment() }
  package var role: Role { .elementwise }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let first = try inputs.tensor(0)
    var shapes = [first.shape]
    for index in 1..<max(inputs.count, 1) {
      let type = try inputs.tensor(index)
      guard type.element == first.element else { throw .elementType(input: index, found: type.element) }
      shapes.append(try alignment.aligned(type.shape, to: first.shape))
    }
    return [Fact(Self.result ?? first.element, try broadcastShape(shapes))]
  }

  /// One operation for each element and each input after the first.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, inputs.count - 1)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  /// The second input under the extents at which it meets the first.
  func alignedSecond(_ context: KernelContext) throws(OperatorError) -> DenseTensor {
    let (first, second) = (try context.input(0), try context.input(1))
    let shape = try alignment.aligned(Shape(second.dimensions), to: Shape(first.dimensions))
    return second.reshaped(shape?.known ?? second.dimensions)
  }
}

/// Before version 7, the second input could be laid along axes in the middle of the first, from `axis` on.
struct LegacyAlignment: Sendable {
  var axis: Int?

  init() {}

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = attributes.version < 7 ? try attributes.integer("axis") : nil
  }

  /// Derivatives are written in operators that align last axes.
  func checkDerivative() throws(OperatorError) {
    if axis != nil { throw .unsupported("broadcasting along axes in the middle") }
  }

  /// `second` with extents of 1 behind it, so that aligning last axes puts its first one at `axis`.
  func aligned(_ second: Shape?, to first: Shape?) throws(OperatorError) -> Shape? {
    guard let axis, let first, let second, second.rank < first.rank else { return second }
    let start = try normalizedAxis(axis, rank: first.rank)
    let behind = first.rank - start - second.rank
    guard behind >= 0 else { throw .shape(input: 1, reason: "does not fit behind axis \(axis)") }
    return Shape(second.dimensions + Array(repeating: 1, count: behind))
  }
}
