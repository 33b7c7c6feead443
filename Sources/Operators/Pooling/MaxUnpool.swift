internal import Network

/// The inverse of MaxPool with places: each element goes back where it came from, all others are zero.
package struct MaxUnpool: RealOperator {
  package static let name = "MaxUnpool"
  package let role = Role.layer
  package let window: WindowAttributes

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    window = try WindowAttributes(attributes, needsKernel: true)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    _ = try inputs.tensor(1, of: [.int64])
    guard let shape = input.shape else { return [Fact(input.element, nil)] }
    if inputs.has(2) {
      guard let asked = inputs[2]?.constant?.integers else {
        return [Fact(input.element, Shape(Array(repeating: nil, count: shape.rank)))]
      }
      guard asked.count == shape.rank, asked.allSatisfy({ $0 >= 0 }) else {
        throw .value(input: 2, reason: "\(asked) is not a shape of rank \(shape.rank)")
      }
      return [Fact(input.element, Shape(asked))]
    }
    return [Fact(input.element, try pooled(shape))]
  }

  /// The shape that MaxPool has made `shape` from: `stride * (extent - 1) + kernel - padding`.
  private func pooled(_ shape: Shape) throws(OperatorError) -> Shape {
    guard shape.rank >= 2 else { throw .rank(input: 0, expected: "2 or more", found: shape.rank) }
    let window = try self.window.window(rank: shape.rank - 2)
    var extents = [shape[0], shape[1]]
    for axis in 0..<window.rank {
      guard let places = shape[axis + 2], let kernel = window.kernel[axis],
        let (start, end) = try window.padding(axis, input: places)
      else {
        extents.append(nil)
        continue
      }
      let covered = try sum(product(window.strides[axis], places - 1), kernel)
      let extent = try covered - sum(start, end)
      guard extent > 0 else { throw .shape(input: 0, reason: "the padding cuts the whole output away") }
      extents.append(extent)
    }
    return Shape(extents)
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let rank = inputs.first??.shape?.rank, let window = try? window.window(rank: rank - 2),
      let kernel = Shape(window.kernel).known
    else { return .unknown }
    return .transposedWindow(
      kernel: kernel, strides: window.strides, dilations: window.dilations,
      padding: (0..<window.rank).map { axis in (try? window.padding(axis, input: nil))?.start })
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let source = try call.values(0)
    guard let places = try call.optionalIntegers(1), places.count == source.count else {
      throw .shape(input: 1, reason: "not one place for each element")
    }
    // Places count in the shape without an asked output shape, which may be larger.
    guard let from = try pooled(Shape(call.dimensions(0))).known else {
      throw .unsupported("unknown extents")
    }
    let extents = try call.outputDimensions(0)
    let target = try call.results(0)
    target.update(repeating: 0)
    let count = from.reduce(1, &*)
    for (index, place) in places.enumerated() {
      guard place >= 0, place < count else {
        throw .value(input: 1, reason: "\(place) is outside the output")
      }
      if let moved = Self.move(place, from, to: extents) { target[moved] = source[index] }
    }
  }

  /// The place of the same coordinates under other extents; nil if it is outside.
  private static func move(_ place: Int, _ from: [Int], to extents: [Int]) -> Int? {
    var (rest, result, stride) = (place, 0, 1)
    for axis in from.indices.reversed() {
      let coordinate = rest % from[axis]
      rest /= from[axis]
      if coordinate >= extents[axis] { return nil }
      result += coordinate * stride
      stride *= extents[axis]
    }
    return result
  }
}
