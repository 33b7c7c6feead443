internal import Network

/// A tensor cut along an axis: into parts of given extents, of one extent, or into single slices.
struct SplitToSequence: Operator {
  static let name = "SplitToSequence"
  private let axis: Int
  private let keepsAxis: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: 0)
    keepsAxis = try attributes.flag("keepdims", default: true)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard var shape = data.shape else { return [Fact(.sequence(.tensor(data)))] }
    let place = try normalizedAxis(axis, rank: shape.rank)
    if inputs.has(1) {
      let parts = try inputs[1]?.constant?.integers.map { parts throws(OperatorError) in
        try self.parts(parts, isScalar: inputs[1]?.shape?.rank == 0, extent: shape[place] ?? 0)
      }
      shape[place] = parts.flatMap { parts in parts.allSatisfy { $0 == parts[0] } ? parts.first : nil }
    } else if keepsAxis {
      shape[place] = 1
    } else {
      shape.dimensions.remove(at: place)
    }
    return [Fact(.sequence(.tensor(TensorType(data.element, shape))))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  private func parts(_ given: [Int], isScalar: Bool, extent: Int) throws(OperatorError) -> [Int] {
    guard given.allSatisfy({ $0 >= 0 }) else { throw .value(input: 1, reason: "a negative extent") }
    guard isScalar else { return given }
    guard given.count == 1, given[0] > 0 else { throw .value(input: 1, reason: "parts without elements") }
    return stride(from: 0, to: extent, by: given[0]).map { min(given[0], extent - $0) }
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.value(0)
    let extents = try input.extents
    let place = try normalizedAxis(axis, rank: extents.count)
    guard let given = try context.optionalIntegers(1) else {
      var slices: [RuntimeValue] = []
      for index in 0..<extents[place] {
        let piece = try slice(input, at: index, along: place, limit: context.limit)
        slices.append(
          keepsAxis ? try joined([piece], along: place, isNew: true, limit: context.limit) : piece)
      }
      return context.forward(.sequence(slices), to: 0)
    }
    let parts = try parts(given, isScalar: try context.input(1).rank == 0, extent: extents[place])
    let split = try Split(
      AttributeReader(
        [Attribute("axis", .integer(place))], version: 13, inputCount: 2, outputCount: max(parts.count, 1)))
    let inner = KernelContext(
      inputs: [input, .tensor(.int64(parts))], outputCount: parts.count, limit: context.limit)
    try split.run(inner)
    context.forward(.sequence(inner.outputs.compactMap { $0 }), to: 0)
  }
}
