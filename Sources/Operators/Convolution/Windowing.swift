package import Kernels
package import Network

/// The attributes of a sliding window, as Conv and the pooling operators spell them. What is left out has a default that
/// depends on the number of spatial axes.
package struct WindowAttributes: Sendable, Equatable {
  package enum AutomaticPadding: String, Sendable {
    case explicit = "NOTSET"
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"
    case valid = "VALID"
  }

  /// No stride, dilation, kernel or padding is larger.
  static let limit = 1 << 31

  package let kernel: [Int]?
  package let strides: [Int]?
  package let dilations: [Int]?
  /// All starts, then all ends.
  package let padding: [Int]?
  package let automaticPadding: AutomaticPadding
  package let roundsUp: Bool

  /// Decodes and checks the attributes. `needsKernel` where the kernel's extents do not follow from a weight.
  package init(_ attributes: borrowing AttributeReader, needsKernel: Bool) throws(OperatorError) {
    kernel = try Self.positive("kernel_shape", attributes)
    strides = try Self.positive("strides", attributes)
    dilations = try Self.positive("dilations", attributes)
    padding = try attributes.integers("pads")
    roundsUp = try attributes.flag("ceil_mode")
    let name = try attributes.string("auto_pad", default: "NOTSET")
    // Some writers leave the attribute empty.
    guard let automatic = name.isEmpty ? .explicit : AutomaticPadding(rawValue: name) else {
      throw .attributeValue("auto_pad", reason: "\(name) is not a kind of padding")
    }
    automaticPadding = automatic
    if needsKernel && kernel == nil { throw .missingAttribute("kernel_shape") }
    if let padding, padding.count % 2 != 0 || !padding.allSatisfy((0...Self.limit).contains) {
      throw .attributeValue(
        "pads", reason: "\(padding) is not one start and one end, not negative, for each axis")
    }
  }

  private static func positive(
    _ name: String, _ attributes: borrowing AttributeReader
  ) throws(OperatorError) -> [Int]? {
    let values = try attributes.integers(name)
    if let values, let bad = values.first(where: { $0 < 1 || $0 > limit }) {
      throw .attributeValue(name, reason: "\(bad) is not positive or far too large")
    }
    return values
  }

  /// The window over `rank` spatial axes. `weight` are the kernel's extents as a weight has them.
  package func window(rank: Int, weight: [Dimension]? = nil) throws(OperatorError) -> Window {
    guard rank >= 0, weight?.count ?? rank == rank else {
      throw .rank(input: 0, expected: "2 or more", found: rank + 2)
    }
    var extents: [Dimension] = weight ?? Array(repeating: nil, count: rank)
    if let kernel {
      try Self.agree("kernel_shape", kernel.count, rank)
      for axis in 0..<rank {
        if let found = extents[axis], found != kernel[axis] {
          throw .attributeValue("kernel_shape", reason: "\(kernel[axis]) where the weight has \(found)")
        }
        extents[axis] = kernel[axis]
      }
    }
    if let empty = extents.compactMap({ $0 }).first(where: { $0 < 1 }) {
      throw .attributeValue("kernel_shape", reason: "\(empty) is not positive")
    }
    let ones = Array(repeating: 1, count: rank)
    try Self.agree("strides", strides?.count ?? rank, rank)
    try Self.agree("dilations", dilations?.count ?? rank, rank)
    try Self.agree("pads", padding?.count ?? 2 * rank, 2 * rank)
    return Window(
      kernel: extents, strides: strides ?? ones, dilations: dilations ?? ones,
      padding: padding ?? Array(repeating: 0, count: 2 * rank), automaticPadding: automaticPadding,
      roundsUp: roundsUp)
  }

  private static func agree(_ name: String, _ found: Int, _ expected: Int) throws(OperatorError) {
    if found != expected {
      throw .attributeValue(name, reason: "\(found) values where the input's rank asks for \(expected)")
    }
  }
}

/// A window over a number of spatial axes: all lists have one entry per axis, `padding` two.
package struct Window: Sendable, Equatable {
  /// nil where the weight's extent is not known.
  package let kernel: [Dimension]
  package let strides: [Int]
  package let dilations: [Int]
  let padding: [Int]
  let automaticPadding: WindowAttributes.AutomaticPadding
  let roundsUp: Bool

  package var rank: Int { strides.count }

  /// Elements from the first to the last that a dilated kernel of `extent` reads: `dilation * (extent - 1) + 1`.
  func span(_ axis: Int) throws(OperatorError) -> Int? {
    guard let extent = kernel[axis] else { return nil }
    return try sum(product(dilations[axis], extent - 1), 1)
  }

  /// Padding at the start and at the end of an axis; nil where it depends on an extent that is not known.
  package func padding(_ axis: Int, input: Dimension) throws(OperatorError) -> (start: Int, end: Int)? {
    switch automaticPadding {
    case .explicit: return (padding[axis], padding[axis + rank])
    case .valid: return (0, 0)
    case .sameUpper, .sameLower:
      guard let input, let span = try span(axis) else { return nil }
      let positions = input / strides[axis] + (input % strides[axis] == 0 ? 0 : 1)
      let reached = try sum(product(max(positions - 1, 0), strides[axis]), span)
      let total = max(reached - input, 0)
      let smaller = total / 2
      return automaticPadding == .sameUpper ? (smaller, total - smaller) : (total - smaller, smaller)
    }
  }

  /// How many places the window takes along an axis of `input` elements.
  ///
  /// Explicit padding: `(input + start + end - span) / stride + 1`, rounded down, or up where the operator says so; a last
  /// window that would begin behind the input and its start padding is left out. Padding `SAME`: `ceil(input / stride)`.
  package func output(_ axis: Int, input: Dimension) throws(OperatorError) -> Dimension {
    let stride = strides[axis]
    guard let input else { return nil }
    if automaticPadding == .sameUpper || automaticPadding == .sameLower {
      return input / stride + (input % stride == 0 ? 0 : 1)
    }
    guard let span = try span(axis), let (start, end) = try padding(axis, input: input) else { return nil }
    let padded = try sum(sum(input, start), end)
    guard padded >= span else {
      throw .shape(input: 0, reason: "a window of \(span) does not fit into \(padded) elements")
    }
    let free = padded - span
    var steps = free / stride
    if roundsUp && free % stride != 0 {
      let begin = try product(steps + 1, stride)
      if begin < input + start { steps += 1 }
    }
    return steps + 1
  }

  /// The window laid over known extents.
  package func geometry(input: [Int]) throws(OperatorError) -> WindowGeometry {
    var output: [Int] = []
    var starts: [Int] = []
    var ends: [Int] = []
    var extents: [Int] = []
    for axis in 0..<rank {
      guard let places = try self.output(axis, input: input[axis]), let extent = kernel[axis],
        let padding = try padding(axis, input: input[axis])
      else { throw .unsupported("a window of unknown extents") }
      output.append(places)
      starts.append(padding.start)
      ends.append(padding.end)
      extents.append(extent)
    }
    return WindowGeometry(
      input: input, output: output, kernel: extents, strides: strides, dilations: dilations, starts: starts,
      ends: ends)
  }

  /// How far an output sees along each axis.
  package func reach(input: [Dimension]) -> Reach {
    guard let extents = Shape(kernel).known else { return .unknown }
    let starts = (0..<rank).map { axis in (try? padding(axis, input: input[axis]))?.start }
    return .window(kernel: extents, strides: strides, dilations: dilations, padding: starts)
  }

  /// The spatial extents of the output for those of the input.
  package func outputs(input: [Dimension]) throws(OperatorError) -> [Dimension] {
    var extents: [Dimension] = []
    for axis in 0..<rank { extents.append(try output(axis, input: input[axis])) }
    return extents
  }
}
