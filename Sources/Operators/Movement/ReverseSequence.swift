internal import Network

/// For each entry of the batch, the first elements along the time axis in reverse: as many as its length says.
struct ReverseSequence: MovementOperator {
  static let name = "ReverseSequence"
  private let batchAxis: Int
  private let timeAxis: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    batchAxis = try attributes.integer("batch_axis", default: 1)
    timeAxis = try attributes.integer("time_axis", default: 0)
    guard Set([batchAxis, timeAxis]) == [0, 1] else {
      throw .attributeValue("time_axis", reason: "batch and time are not axes 0 and 1")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    if let shape = data.shape {
      guard shape.rank >= 2 else { throw .rank(input: 0, expected: "at least 2", found: shape.rank) }
      if let batch = shape[batchAxis], let given = try inputs.tensor(1).shape?.known, given != [batch] {
        throw .shape(input: 1, reason: "not one length for each entry of the batch")
      }
    }
    return [Fact(.tensor(data))]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .same : .none }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let lengths = try context.integers(1)
    let (batches, steps) = (input.dimensions[batchAxis], input.dimensions[timeAxis])
    let inner = input.dimensions[2...].reduce(input.width, &*)
    let strides = rowMajorStrides(Array(input.dimensions[..<2]))
    for batch in 0..<batches {
      let length = lengths[batch]
      guard length >= 0, length <= steps else {
        throw .value(input: 1, reason: "length \(length) of \(steps) steps")
      }
      for step in 0..<steps {
        let from = step < length ? length - 1 - step : step
        let (source, target) = (
          batch * strides[batchAxis] + from * strides[timeAxis],
          batch * strides[batchAxis] + step * strides[timeAxis]
        )
        (output.bytes + target * inner).copyMemory(from: input.bytes + source * inner, byteCount: inner)
      }
    }
  }
}
