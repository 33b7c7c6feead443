internal import Network

/// The input with elements added, or with negative numbers taken away, at both ends of its axes.
struct Pad: MovementOperator {
  static let name = "Pad"
  private let mode: Mode
  private let amounts: IntegersParameter
  private let axes: IntegersParameter
  /// What older versions fill with; newer ones have an input for it.
  private let value: Float

  private enum Mode: String { case constant, reflect, edge, wrap }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let mode = Mode(rawValue: try attributes.string("mode", default: "constant")) else {
      throw .attributeValue("mode", reason: "not constant, reflect, edge or wrap")
    }
    self.mode = mode
    value = try attributes.float("value", default: 0)
    let name = attributes.version < 2 ? "paddings" : "pads"
    amounts = attributes.version < 11 ? .attribute(name, try attributes.integers(name)) : .input(1)
    axes = .input(3)
  }

  func moves(_ input: Int) -> Bool { input == 0 || input == 2 }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard let shape = data.shape else { return [Fact(data.element, nil)] }
    guard let pads = try pads(rank: shape.rank, inputs) else {
      return [Fact(data.element, .unknown(rank: shape.rank))]
    }
    var extents: [Dimension] = []
    for (extent, pad) in zip(shape.dimensions, pads) {
      guard let extent else {
        extents.append(nil)
        continue
      }
      let padded = try sum(try sum(extent, pad.before), pad.after)
      guard padded >= 0 else { throw amounts.source.failure("more is taken away than there is") }
      extents.append(padded)
    }
    return [Fact(data.element, Shape(extents))]
  }

  /// Elements added at both ends of every axis; nil if only the run knows them.
  private func pads(
    rank: Int, _ inputs: InferenceInputs
  ) throws(OperatorError) -> [(before: Int, after: Int)]? {
    var places = Array(0..<rank)
    switch try axes.content(inputs) {
    case .known(let axes): places = try normalizedAxes(axes, rank: rank, from: self.axes.source)
    case .unknown: return nil
    case .absent: break
    }
    switch try amounts.content(inputs) {
    case .absent: throw .missingInput(1)
    case .unknown: return nil
    case .known(let amounts):
      guard amounts.count == 2 * places.count else {
        throw self.amounts.source.failure("not two numbers for each axis")
      }
      // So that they can be negated, and multiplied by the pitch of an axis.
      guard amounts.allSatisfy({ (-WindowAttributes.limit...WindowAttributes.limit).contains($0) }) else {
        throw self.amounts.source.failure("an amount beyond reason")
      }
      var pads = [(before: Int, after: Int)](repeating: (0, 0), count: rank)
      for (entry, place) in places.enumerated() {
        pads[place] = (amounts[entry], amounts[places.count + entry])
      }
      return pads
    }
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let rank = inputs.first??.shape?.rank, let pads = try? pads(rank: rank, InferenceInputs(inputs))
    else {
      return .unknown
    }
    let offset = pads.dropFirst(2).map { 0 &- $0.before }
    return .shifted(offset: offset, strides: offset.map { _ in 1 })
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    guard output.elementCount > 0, let pads = try pads(rank: input.rank, InferenceInputs(context.facts))
    else { return }
    if mode == .constant {
      let background = try background(context.optionalInput(2), output.element)
      withExtendedLifetime(background) { fill(output, with: background.bytes) }
      copyInside(input, output, pads)
      return
    }
    // Axis by axis, each one a choice of slices that may name one several times.
    var current = input
    for (axis, pad) in pads.enumerated() where pad != (0, 0) {
      var extents = current.dimensions
      extents[axis] = output.dimensions[axis]
      guard current.dimensions[axis] > 0 else {
        throw .shape(input: 0, reason: "nothing to repeat along an axis")
      }
      let next = try DenseTensor(current.element, extents, limit: context.limit)
      let indices = (0..<extents[axis]).map { source($0 - pad.before, extent: current.dimensions[axis]) }
      copySlices(indices, along: axis, from: current, to: next)
      current = next
    }
    output.bytes.copyMemory(from: current.bytes, byteCount: output.byteCount)
  }

  /// The place that `position`, which may lie outside, takes its element from.
  private func source(_ position: Int, extent: Int) -> Int {
    func remainder(_ a: Int, _ b: Int) -> Int { (a % b + b) % b }
    switch mode {
    case .wrap: return remainder(position, extent)
    case .reflect:
      guard extent > 1 else { return 0 }
      let folded = remainder(position, 2 * extent - 2)
      return folded < extent ? folded : 2 * extent - 2 - folded
    case .edge, .constant: return min(max(position, 0), extent - 1)
    }
  }

  /// What is added, as the first element of a tensor; `given` is the input for it.
  private func background(
    _ given: DenseTensor?, _ element: ElementType
  ) throws(OperatorError) -> DenseTensor {
    if let given, given.elementCount > 0 {
      guard given.element == element else { throw .elementType(input: 2, found: given.element) }
      return given
    }
    let background = try DenseTensor(element, [1])
    if value != 0 { background.store([Double(value)]) }
    return background
  }

  private func copyInside(_ input: DenseTensor, _ output: DenseTensor, _ pads: [(before: Int, after: Int)]) {
    let (from, to) = (rowMajorStrides(input.dimensions), rowMajorStrides(output.dimensions))
    var (source, target) = (0, 0)
    var extents: [Int] = []
    for (axis, pad) in pads.enumerated() {
      source += max(-pad.before, 0) * from[axis]
      target += max(pad.before, 0) * to[axis]
      extents.append(max(input.dimensions[axis] + min(pad.before, 0) + min(pad.after, 0), 0))
    }
    guard !extents.contains(0) else { return }
    copyStrided(
      extents: extents, width: input.width, from: input.bytes + source * input.width, strides: from,
      to: output.bytes + target * input.width, strides: to)
  }
}

/// An operator that surrounds its first input by one value, which a prepared kernel may do.
package protocol ConstantPadding: Operator {
  /// Elements added before and behind along each axis, negative where they are taken away, and a tensor that begins with what
  /// is added; nil if that is more than one value, or if only the run knows it.
  func constantPads(
    _ inputs: InferenceInputs
  ) throws(OperatorError) -> (before: [Int], after: [Int], value: DenseTensor)?
}

extension Pad: ConstantPadding {
  func constantPads(
    _ inputs: InferenceInputs
  ) throws(OperatorError) -> (before: [Int], after: [Int], value: DenseTensor)? {
    let data = try inputs.tensor(0)
    guard mode == .constant, let rank = data.shape?.rank, let pads = try pads(rank: rank, inputs) else {
      return nil
    }
    let given = inputs[2]
    guard given == nil || given?.constant != nil else { return nil }
    return (pads.map(\.before), pads.map(\.after), try background(given?.constant, data.element))
  }
}
