internal import Network

/// Where the elements of an output axis lie in the input, and how the elements around are weighed.
struct ResamplingAxis: Sendable {
  var inputExtent: Int
  var outputExtent: Int
  /// Output elements for one of the input.
  var scale: Double
  /// Part of the input that is resampled, as fractions of its extent.
  var region: (start: Double, end: Double) = (0, 1)

  var isIdentity: Bool { scale == 1 && inputExtent == outputExtent && region == (0, 1) }

  /// The place in the input, in elements, of output element `position`.
  func source(of position: Int, _ mapping: CoordinateMapping) -> Double {
    let x = Double(position)
    let extent = Double(inputExtent)
    let exactExtent = scale * extent
    switch mapping {
    case .halfPixel: return (x + 0.5) / scale - 0.5
    case .pytorchHalfPixel: return exactExtent == 1 ? -0.5 : (x + 0.5) / scale - 0.5
    case .tensorFlowHalfPixel: return (x + 0.5) / scale
    case .alignCorners: return exactExtent == 1 ? 0 : x * (extent - 1) / (exactExtent - 1)
    case .asymmetric: return x / scale
    case .halfPixelSymmetric:
      let offset = extent / 2 * (1 - Double(outputExtent) / exactExtent)
      return offset + (x + 0.5) / scale - 0.5
    case .cropAndResize:
      let span = (region.end - region.start) * (extent - 1)
      let step = exactExtent == 1 ? span / 2 : x * span / (exactExtent - 1)
      return step + region.start * (extent - 1)
    }
  }
}

/// How positions of the output are mapped to those of the input.
enum CoordinateMapping: String, Sendable {
  case halfPixel = "half_pixel"
  case halfPixelSymmetric = "half_pixel_symmetric"
  case pytorchHalfPixel = "pytorch_half_pixel"
  case tensorFlowHalfPixel = "tf_half_pixel_for_nn"
  case alignCorners = "align_corners"
  case asymmetric
  case cropAndResize = "tf_crop_and_resize"
}

/// What becomes of a place between two elements where one of them is taken.
enum NearestChoice: String, Sendable {
  case roundPreferFloor = "round_prefer_floor"
  case roundPreferCeiling = "round_prefer_ceil"
  case floor
  case ceiling = "ceil"
  /// As before version 11: the element before, or behind where the axis shrinks.
  case legacy

  func index(of place: Double, scale: Double) -> Int {
    let rounded: Double =
      switch self {
      case .roundPreferFloor: (place - 0.5).rounded(.up)
      case .roundPreferCeiling: (place + 0.5).rounded(.down)
      case .floor: place.rounded(.down)
      case .ceiling: place.rounded(.up)
      case .legacy: scale < 1 ? place.rounded(.up) : place.rounded(.towardZero)
      }
    return Int(exactly: rounded) ?? 0
  }
}

/// The kernel that weighs the elements around a place.
enum InterpolationKernel: Sendable {
  case linear
  /// Keys' cubic convolution with this coefficient.
  case cubic(Double)

  /// Elements on each side that the kernel reaches.
  var radius: Double {
    switch self {
    case .linear: 1
    case .cubic: 2
    }
  }

  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .linear: return max(1 - x, 0)
    case .cubic(let a):
      if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
  }

  /// Input elements around `place` and their weights, which sum up to 1; indices outside stand for the edge.
  ///
  /// With `antialias` the kernel is as wide as the output's elements where these are larger than the input's.
  func taps(
    around place: Double, scale: Double, extent: Int, antialias: Bool, excludeOutside: Bool
  ) -> [(index: Int, weight: Double)] {
    let stretch = antialias ? min(scale, 1) : 1
    let base = place.rounded(.down)
    let start = Int((-radius / stretch).rounded(.down)) + 1
    var taps: [(index: Int, weight: Double)] = []
    var total = 0.0
    for step in start..<2 - start {
      let index = Int(exactly: base + Double(step)) ?? 0
      let isOutside = index < 0 || index >= extent
      let weight = excludeOutside && isOutside ? 0 : weight((Double(step) - (place - base)) * stretch)
      total += weight
      taps.append((min(max(index, 0), extent - 1), weight))
    }
    return total == 0 ? taps : taps.map { ($0.index, $0.weight / total) }
  }

  /// Input elements that one output element reads along an axis.
  func support(scale: Double, antialias: Bool) -> Int {
    let reach = (radius / (antialias ? min(scale, 1) : 1)).rounded(.up)
    return 2 * (Int(exactly: reach) ?? 1)
  }
}
