internal import Network

/// A new axis of `depth` places, with the "on" value where the index points and the "off" value elsewhere.
struct OneHot: MovementOperator {
  static let name = "OneHot"
  private let axis: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: -1)
  }

  func moves(_ input: Int) -> Bool { input == 2 }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (indices, values) = (try inputs.tensor(0), try inputs.tensor(2))
    guard let shape = indices.shape else { return [Fact(values.element, nil)] }
    let place = try normalizedAxis(axis, rank: shape.rank + 1)
    var extents = shape.dimensions
    extents.insert(try depth(inputs), at: place)
    return [Fact(values.element, Shape(extents))]
  }

  /// The extent of the new axis, which may be given as a float.
  private func depth(_ inputs: InferenceInputs) throws(OperatorError) -> Dimension {
    guard let constant = try inputs.required(1).constant else { return nil }
    guard constant.elementCount == 1, let value = try constant.doubles(input: 1).first,
      let depth = Int(exactly: value.rounded(.towardZero)), depth >= 0
    else { throw .value(input: 1, reason: "not an extent") }
    return depth
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .unknown : .none }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (indices, values, output) = (try context.input(0), try context.input(2), try makeOutput(context))
    guard values.elementCount == 2 else { throw .shape(input: 2, reason: "not two values") }
    fill(output, with: values.bytes)
    let width = output.width
    let place = try normalizedAxis(axis, rank: output.rank)
    let depth = output.dimensions[place]
    let inner = output.dimensions[(place + 1)...].reduce(1, &*)
    for (entry, value) in try indices.doubles(input: 0).enumerated() {
      // Indices outside leave the whole column "off".
      guard let index = Int(exactly: value.rounded(.towardZero)), index >= -depth, index < depth else {
        continue
      }
      let position = index < 0 ? index + depth : index
      let offset = (entry / inner * depth + position) * inner + entry % inner
      (output.bytes + offset * width).copyMemory(from: values.bytes + width, byteCount: width)
    }
  }
}
