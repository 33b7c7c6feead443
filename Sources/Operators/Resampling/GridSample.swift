internal import Network

/// The input [N, C, ...] sampled at places given by a grid [N, ..., axes] of coordinates from -1 to 1, last axis first.
struct GridSample: FloatKernel {
  static let name = "GridSample"
  private let method: Method
  private let padding: Padding
  private let alignsCorners: Bool

  private enum Method { case nearest, linear, cubic }
  private enum Padding: String { case zeros, border, reflection }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    switch try attributes.string("mode", default: "linear") {
    case "linear", "bilinear": method = .linear
    case "cubic", "bicubic": method = .cubic
    case "nearest": method = .nearest
    case let mode: throw .attributeValue("mode", reason: "unknown: \(mode)")
    }
    guard let padding = Padding(rawValue: try attributes.string("padding_mode", default: "zeros")) else {
      throw .attributeValue("padding_mode", reason: "not zeros, border or reflection")
    }
    self.padding = padding
    alignsCorners = try attributes.flag("align_corners")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (data, grid) = (try inputs.tensor(0), try inputs.tensor(1))
    guard let shape = data.shape, let places = grid.shape else { return [Fact(data.element, nil)] }
    guard shape.rank >= 3 else { throw .rank(input: 0, expected: "at least 3", found: shape.rank) }
    guard places.rank == shape.rank else {
      throw .rank(input: 1, expected: "\(shape.rank)", found: places.rank)
    }
    if let axes = places[places.rank - 1], axes != shape.rank - 2 {
      throw .shape(input: 1, reason: "not one coordinate for each axis")
    }
    if let a = shape[0], let b = places[0], a != b { throw .shape(input: 1, reason: "another batch") }
    return [Fact(data.element, Shape(Array(shape.dimensions[..<2] + places.dimensions[1..<places.rank - 1])))]
  }

  /// A multiplication and an addition for each element that is weighed.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let rank = inputs.first??.shape?.rank, rank < 32 else { return nil }
    switch method {
    case .nearest: return .free
    case .linear: return try .elementwise(outputs.first?.tensor, 2 << (rank - 2) - 1)
    case .cubic: return try .elementwise(outputs.first?.tensor, 2 << (2 * (rank - 2)) - 1)
    }
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run<Element: Number & BinaryFloatingPoint>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    guard output.elementCount > 0 else { return }
    let grid = try context.input(1).doubles(input: 1)
    let extents = Array(input.dimensions[2...])
    let plane = try product(extents)
    guard plane > 0 else { throw .shape(input: 0, reason: "nothing to sample") }
    let strides = rowMajorStrides(extents)
    let (source, target) = (input.elements(as: Element.self), output.mutableElements(as: Element.self))
    let (channels, places) = (input.dimensions[1], output.dimensions[2...].reduce(1, &*))
    for batch in 0..<input.dimensions[0] {
      for place in 0..<places {
        let row = (batch * places + place) * extents.count
        // The offsets of the elements around the place and their weights.
        var taps: [(offset: Int, weight: Double)] = [(0, 1)]
        for axis in extents.indices {
          let found = self.taps(grid[row + extents.count - 1 - axis], extent: extents[axis])
          taps = taps.flatMap { tap in
            found.map { (tap.offset + $0.index * strides[axis], tap.weight * $0.weight) }
          }
        }
        for channel in 0..<channels {
          let base = (batch * channels + channel) * plane
          let sum = taps.reduce(0.0) { $0 + $1.weight * source[base + $1.offset].double }
          target[(batch * channels + channel) * places + place] = Element(Element(sum))
        }
      }
    }
  }

  /// The elements that a coordinate reads along one axis; none of those outside where they are zeros.
  private func taps(_ coordinate: Double, extent: Int) -> [(index: Int, weight: Double)] {
    let length = Double(extent)
    // The grid's own precision is 32 bits, and so is that of the places that follow from it.
    var place = Double(
      Float(alignsCorners ? (coordinate + 1) / 2 * (length - 1) : ((coordinate + 1) * length - 1) / 2))
    if method == .nearest { place = place.rounded(.toNearestOrEven) }
    guard place.isFinite, abs(place) < 0x1p52 else { return [] }
    let borders = alignsCorners ? (0.0, length - 1) : (-0.5, length - 0.5)
    if place < borders.0 || place > borders.1 {
      switch padding {
      case .zeros: break
      case .border: place = min(max(place, 0), length - 1)
      case .reflection: place = Self.reflected(place, borders)
      }
    }
    let base = place.rounded(.down)
    let steps: ClosedRange<Int>
    let kernel: InterpolationKernel
    switch method {
    case .nearest: (steps, kernel) = (0...0, .linear)
    case .linear: (steps, kernel) = (0...1, .linear)
    case .cubic: (steps, kernel) = (-1...2, .cubic(-0.75))
    }
    return steps.compactMap { step in
      let weight = method == .nearest ? 1 : kernel.weight(Double(step) - (place - base))
      return index(Int(base) + step, extent, borders).map { ($0, weight) }
    }
  }

  /// The element that stands at an index which may lie outside; nil for a zero.
  private func index(_ index: Int, _ extent: Int, _ borders: (Double, Double)) -> Int? {
    if index >= 0, index < extent { return index }
    switch padding {
    case .zeros: return nil
    case .border: return min(max(index, 0), extent - 1)
    case .reflection: return min(max(Int(Self.reflected(Double(index), borders)), 0), extent - 1)
    }
  }

  private static func reflected(_ place: Double, _ borders: (Double, Double)) -> Double {
    let range = borders.1 - borders.0
    guard range > 0 else { return borders.0 }
    let distance = place < borders.0 ? borders.0 - place : place - borders.1
    guard distance > 0 else { return place }
    let turns = (distance / range).rounded(.down)
    let rest = distance - turns * range
    let startsAtLow = (place < borders.0) == (turns.truncatingRemainder(dividingBy: 2) == 0)
    return startsAtLow ? borders.0 + rest : borders.1 - rest
  }
}
