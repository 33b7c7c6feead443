internal import Network

/// The input cut or padded with zeros at both ends to the extents asked for, its middle staying the middle.
struct CenterCropPad: MovementOperator {
  static let name = "CenterCropPad"
  private let axes: [Int]?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try attributes.integers("axes")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard var shape = data.shape else { return [Fact(data.element, nil)] }
    let places =
      try axes.map { axes throws(OperatorError) in try normalizedAxes(axes, rank: shape.rank) }
      ?? Array(0..<shape.rank)
    switch try IntegersParameter.input(1).content(inputs) {
    case .absent: throw .missingInput(1)
    case .unknown: for place in places { shape[place] = nil }
    case .known(let extents):
      guard extents.count == places.count, extents.allSatisfy({ $0 >= 0 }) else {
        throw .value(input: 1, reason: "not one extent for each axis")
      }
      for (place, extent) in zip(places, extents) { shape[place] = extent }
    }
    return [Fact(data.element, shape)]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let from = inputs.first??.shape?.known, let to = outputs.first?.shape?.known else {
      return .unknown
    }
    let offset = zip(from, to).dropFirst(2).map { Self.start($0, $1) - Self.start($1, $0) }
    return .shifted(offset: offset, strides: offset.map { _ in 1 })
  }

  /// Where the part of extent `inner` begins in the middle of `outer`; 0 if it is not smaller.
  private static func start(_ outer: Int, _ inner: Int) -> Int { max(outer - inner, 0) / 2 }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    output.bytes.initializeMemory(as: UInt8.self, repeating: 0, count: output.byteCount)
    let (from, to) = (rowMajorStrides(input.dimensions), rowMajorStrides(output.dimensions))
    var (source, target) = (0, 0)
    var extents: [Int] = []
    for axis in 0..<input.rank {
      let (old, new) = (input.dimensions[axis], output.dimensions[axis])
      source += Self.start(old, new) * from[axis]
      target += Self.start(new, old) * to[axis]
      extents.append(min(old, new))
    }
    guard !extents.contains(0) else { return }
    copyStrided(
      extents: extents, width: input.width, from: input.bytes + source * input.width, strides: from,
      to: output.bytes + target * input.width, strides: to)
  }
}
