internal import CMicrokernels

/// Resizes the last two dimensions of a dense tensor: input 0 to output 0.
package struct ResizeKernel: PreparedKernel {
  /// How an index of the result maps to a place in the source; the names are ONNX Resize's.
  package enum Coordinates: String, Sendable, CaseIterable {
    case halfPixel = "half_pixel"
    case pytorchHalfPixel = "pytorch_half_pixel"
    case alignCorners = "align_corners"
    case asymmetric = "asymmetric"
  }

  package enum Rounding: String, Sendable, CaseIterable {
    case roundPreferFloor = "round_prefer_floor"
    case roundPreferCeil = "round_prefer_ceil"
    case floor = "floor"
    case ceil = "ceil"
  }

  package enum Mode: Sendable, Hashable {
    case nearest(Rounding)
    case linear
  }

  package let choice: KernelChoice
  private let planes: Int
  private let source: (height: Int, width: Int)
  private let rows: Axis
  private let columns: Axis
  private let mode: Mode

  /// Of each index of the result, the two indices of the source between which it lies, and how near it is to the second.
  private struct Axis: Sendable {
    var low: [Int32] = []
    var high: [Int32] = []
    var fraction: [Float] = []
  }

  /// - Parameters:
  ///   - source, result: height and width, each at least 1.
  ///   - scales: result size over source size, as the network states them.
  package init(
    planes: Int, source: (height: Int, width: Int), result: (height: Int, width: Int),
    scales: (height: Float, width: Float), mode: Mode, coordinates: Coordinates
  ) {
    self.planes = planes
    self.source = source
    self.mode = mode
    rows = Self.axis(source.height, result.height, scales.height, mode, coordinates)
    columns = Self.axis(source.width, result.width, scales.width, mode, coordinates)
    choice = KernelChoice(
      kernel: mode == .linear ? "resize, linear" : "resize, nearest", instructionSet: .portable)
  }

  package func run(_ call: borrowing KernelCall) {
    let width = columns.low.count
    for line in call.share(of: planes * rows.low.count) {
      let row = line % rows.low.count
      let plane = call.input(0) + line / rows.low.count * source.height * source.width
      let target = call.output(0) + line * width
      let first = plane + Int(rows.low[row]) * source.width
      if mode == .linear {
        assay_resize_linear_row(
          first, plane + Int(rows.high[row]) * source.width, rows.fraction[row], target, columns.low,
          columns.high, columns.fraction, width)
      } else {
        assay_resize_nearest_row(first, target, columns.low, width)
      }
    }
  }

  private static func axis(
    _ source: Int, _ result: Int, _ scale: Float, _ mode: Mode, _ coordinates: Coordinates
  ) -> Axis {
    var axis = Axis()
    for index in 0..<result {
      let position = place(Float(index), source: source, result: result, scale: scale, coordinates)
      switch mode {
      case .nearest(let rounding):
        axis.low.append(Int32(clamp(round(position, rounding), to: source)))
      case .linear:
        let inside = min(max(position, 0), Float(source - 1))
        let low = inside.rounded(.down)
        axis.low.append(Int32(low))
        axis.high.append(Int32(clamp(low + 1, to: source)))
        axis.fraction.append(inside - low)
      }
    }
    return axis
  }

  private static func place(
    _ index: Float, source: Int, result: Int, scale: Float, _ coordinates: Coordinates
  ) -> Float {
    switch coordinates {
    case .halfPixel: (index + 0.5) / scale - 0.5
    case .pytorchHalfPixel: result > 1 ? (index + 0.5) / scale - 0.5 : 0
    case .alignCorners: result > 1 ? index * Float(source - 1) / Float(result - 1) : 0
    case .asymmetric: index / scale
    }
  }

  private static func round(_ position: Float, _ rounding: Rounding) -> Float {
    switch rounding {
    case .roundPreferFloor: (position - 0.5).rounded(.up)
    case .roundPreferCeil: (position + 0.5).rounded(.down)
    case .floor: position.rounded(.down)
    case .ceil: position.rounded(.up)
    }
  }

  private static func clamp(_ position: Float, to count: Int) -> Float {
    min(max(position, 0), Float(count - 1))
  }
}
