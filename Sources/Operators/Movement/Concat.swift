internal import Network

/// Its inputs one behind the other along an axis.
struct Concat: MovementOperator {
  static let name = "Concat"
  private let axis: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis =
      try attributes.version < 4 ? attributes.integer("axis", default: 1) : attributes.requiredInteger("axis")
  }

  func moves(_ input: Int) -> Bool { true }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let first = try inputs.tensor(0)
    var result = first.shape
    for index in 1..<max(inputs.count, 1) {
      let next = try inputs.tensor(index)
      guard next.element == first.element else { throw .elementType(input: index, found: next.element) }
      if let shape = next.shape {
        result = try result.map { all throws(OperatorError) in try join(all, shape, index) }
      }
      if next.shape == nil { result = result.map { withUnknownAxis($0) } }
    }
    if let result { _ = try normalizedAxis(axis, rank: result.rank) }
    return [Fact(first.element, result)]
  }

  private func join(_ a: Shape, _ b: Shape, _ input: Int) throws(OperatorError) -> Shape {
    guard a.rank == b.rank else { throw .rank(input: input, expected: "\(a.rank)", found: b.rank) }
    let place = try normalizedAxis(axis, rank: a.rank)
    var result = a
    for axis in 0..<a.rank where axis != place {
      if let x = a[axis], let y = b[axis], x != y {
        throw .shape(input: input, reason: "another extent along axis \(axis)")
      }
      result[axis] = a[axis] ?? b[axis]
    }
    if let x = a[place], let y = b[place] { result[place] = try sum(x, y) } else { result[place] = nil }
    return result
  }

  private func withUnknownAxis(_ shape: Shape) -> Shape {
    var shape = shape
    if let place = try? normalizedAxis(axis, rank: shape.rank) { shape[place] = nil }
    return shape
  }

  /// Along a spatial axis each input lies behind those before it.
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard let rank = outputs.first?.shape?.rank, let place = try? normalizedAxis(axis, rank: rank) else {
      return .unknown
    }
    guard place >= 2 else { return .same }
    var before = 0
    for input in inputs[..<index] {
      guard let extent = input?.shape?[place] else { return .unknown }
      before += extent
    }
    var offset = [Int](repeating: 0, count: rank - 2)
    offset[place - 2] = -before
    return .shifted(offset: offset, strides: offset.map { _ in 1 })
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    let place = try normalizedAxis(axis, rank: output.rank)
    let outer = output.dimensions[..<place].reduce(1, &*)
    let inner = output.dimensions[(place + 1)...].reduce(output.width, &*)
    let stride = output.dimensions[place] &* inner
    var start = 0
    for index in context.inputs.indices {
      let input = try context.input(index)
      let bytes = input.dimensions[place] &* inner
      for block in 0..<outer {
        (output.bytes + block &* stride + start).copyMemory(
          from: input.bytes + block &* bytes, byteCount: bytes)
      }
      start += bytes
    }
  }
}

extension Concat: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    var extents: [Int] = []
    for (index, input) in d.inputs.enumerated() {
      guard let shape = input?.shape, let extent = shape[try normalizedAxis(axis, rank: shape.rank)] else {
        throw .needsValue(input: index)
      }
      extents.append(extent)
    }
    let parts = d.applyAll(
      "Split", [.gradient(0)], [Attribute("axis", .integer(axis)), Attribute("split", .integers(extents))],
      outputCount: extents.count)
    for index in extents.indices { try d.give(index) { _ in parts[index] } }
  }
}
