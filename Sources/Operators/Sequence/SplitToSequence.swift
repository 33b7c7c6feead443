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
    guard let shape = data.shape else { return [Fact(.sequence(SequenceType(.tensor(data))))] }
    let place = try normalizedAxis(axis, rank: shape.rank)
    let extent = shape[place]
    func part(_ extent: Dimension) -> ValueType {
      var part = shape
      part[place] = extent
      return .tensor(TensorType(data.element, part))
    }
    var runs: [SequenceType.Run]?
    var element = part(nil)
    if let sizes = inputs[1] {
      let isScalar = sizes.shape?.rank == 0
      if let given = sizes.constant?.integers {
        let parts = try parts(given, isScalar: isScalar, extent: extent)
        runs = parts?.map { .init(part($0.extent), $0.count) }
      } else if sizes.shape?.rank == 1, let count = sizes.shape?[0] {
        runs = [.init(element, count)]
      }
    } else {
      if keepsAxis {
        element = part(1)
      } else {
        let rest = shape.dimensions.indices.filter { $0 != place }.map { shape[$0] }
        element = .tensor(TensorType(data.element, Shape(rest)))
      }
      runs = extent.map { [.init(element, $0)] }
    }
    guard let runs else { return [Fact(.sequence(SequenceType(element, total: shape.elementCount)))] }
    return [Fact(.sequence(SequenceType(of: runs, orEmptyOf: element, total: shape.elementCount)))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  /// The extents of the parts along the axis, neighbours of one extent together; nil where they follow from an extent of
  /// the axis that is not known.
  private func parts(
    _ given: [Int], isScalar: Bool, extent: Dimension
  ) throws(OperatorError) -> [(extent: Int, count: Int)]? {
    guard given.allSatisfy({ $0 >= 0 }) else { throw .value(input: 1, reason: "a negative extent") }
    guard isScalar else {
      var total = 0
      for part in given { total = try sum(total, part) }
      if let extent, extent != total {
        throw .value(input: 1, reason: "the parts do not add up to the extent of the axis")
      }
      return given.map { ($0, 1) }
    }
    guard given.count == 1, given[0] > 0 else { throw .value(input: 1, reason: "parts without elements") }
    guard let extent else { return nil }
    let (whole, rest) = extent.quotientAndRemainder(dividingBy: given[0])
    return [(given[0], whole)] + (rest > 0 ? [(rest, 1)] : [])
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.value(0)
    let extents = try input.extents
    let place = try normalizedAxis(axis, rank: extents.count)
    guard let given = try context.optionalIntegers(1) else {
      try Self.checkCount(extents[place], context)
      var slices: [RuntimeValue] = []
      for index in 0..<extents[place] {
        let piece = try slice(input, at: index, along: place, limit: context.limit)
        slices.append(
          keepsAxis ? try joined([piece], along: place, isNew: true, limit: context.limit) : piece)
      }
      return context.forward(.sequence(slices), to: 0)
    }
    let runs = try parts(given, isScalar: try context.input(1).rank == 0, extent: extents[place]) ?? []
    for run in runs { try Self.checkCount(run.count, context) }
    let parts = runs.flatMap { Array(repeating: $0.extent, count: $0.count) }
    let split = try Split(
      AttributeReader(
        [Attribute("axis", .integer(place))], version: 13, inputCount: 2, outputCount: max(parts.count, 1)))
    let inner = KernelContext(
      inputs: [input, .tensor(.int64(parts))], outputCount: parts.count, limit: context.limit)
    try split.run(inner)
    context.forward(.sequence(inner.outputs.compactMap { $0 }), to: 0)
  }

  /// Refuses more elements than the memory of the run holds, empty as they may be.
  private static func checkCount(_ count: Int, _ context: KernelContext) throws(OperatorError) {
    let bytes = try product(count, MemoryLayout<RuntimeValue>.stride)
    guard bytes <= context.limit else { throw .tooLarge(bytes: bytes, limit: context.limit) }
  }
}
