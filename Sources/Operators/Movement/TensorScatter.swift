internal import Network

/// A cache [batch, ..., sequence, ...] with an update written into it at a place of its own for each entry of the batch,
/// going on at the start where it is circular.
struct TensorScatter: MovementOperator {
  static let name = "TensorScatter"
  private let axis: Int
  private let isCircular: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: -2)
    switch try attributes.string("mode", default: "linear") {
    case "linear": isCircular = false
    case "circular": isCircular = true
    default: throw .attributeValue("mode", reason: "neither linear nor circular")
    }
  }

  func moves(_ input: Int) -> Bool { input < 2 }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (cache, update) = (try inputs.tensor(0), try inputs.tensor(1))
    guard update.element == cache.element else { throw .elementType(input: 1, found: update.element) }
    guard let shape = cache.shape else { return [Fact(.tensor(cache))] }
    let place = try normalizedAxis(axis, rank: shape.rank)
    guard place > 0 else { throw .attributeValue("axis", reason: "the axis of the batch") }
    if let given = update.shape {
      guard given.rank == shape.rank else {
        throw .rank(input: 1, expected: "\(shape.rank)", found: given.rank)
      }
      for axis in 0..<shape.rank {
        guard let a = shape[axis], let b = given[axis] else { continue }
        guard axis == place ? b <= a : a == b else {
          throw .shape(input: 1, reason: "does not fit the cache along axis \(axis)")
        }
      }
    }
    return [Fact(.tensor(cache))]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index < 2 ? .whole : .none }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (cache, update, output) = (try context.input(0), try context.input(1), try makeOutput(context))
    if output.bytes != cache.bytes { output.bytes.copyMemory(from: cache.bytes, byteCount: cache.byteCount) }
    let place = try normalizedAxis(axis, rank: cache.rank)
    let batches = cache.dimensions[0]
    let starts = try context.optionalIntegers(2) ?? Array(repeating: 0, count: batches)
    guard starts.count == batches else {
      throw .shape(input: 2, reason: "not one place for each entry of the batch")
    }
    let (length, steps) = (cache.dimensions[place], update.dimensions[place])
    let inner = cache.dimensions[(place + 1)...].reduce(cache.width, &*)
    let middle = cache.dimensions[1..<place].reduce(1, &*)
    for block in 0..<batches * middle {
      let start = starts[block / max(middle, 1)]
      guard start >= 0, isCircular ? start < max(length, 1) : start <= length - steps else {
        throw .value(input: 2, reason: "place \(start) of \(length)")
      }
      for step in 0..<steps {
        let position = (start + step) % length
        (output.bytes + (block * length + position) * inner).copyMemory(
          from: update.bytes + (block * steps + step) * inner, byteCount: inner)
      }
    }
  }
}
