internal import Kernels
internal import Network

/// How a tensor of 8-bit numbers is taken as an image.
enum ByteShape: Sendable, Equatable {
  /// `N, C, H, W`
  case image
  /// The last axis as channels, all others as single pixels.
  case rows

  /// What a tensor with these extents is where no operator says otherwise.
  init(rank: Int) { self = rank == 4 ? .image : .rows }

  /// nil where the extents are none of this shape, or so large that offsets may not fit.
  func layout(_ extents: [Int]?, halo: Int = 0, border: Int = 0) -> ByteImageLayout? {
    guard let extents, !extents.contains(where: { $0 <= 0 || $0 > 1 << 24 }),
      (0...Self.largestHalo).contains(halo)
    else { return nil }
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= Self.largestCount else { return nil }
      count = product
    }
    switch self {
    case .image:
      guard extents.count == 4 else { return nil }
      return ByteImageLayout(
        batch: extents[0], channels: extents[1], height: extents[2], width: extents[3], halo: halo,
        border: halo == 0 ? 0 : UInt8(truncatingIfNeeded: border))
    case .rows:
      guard let channels = extents.last else { return nil }
      let rows = count / channels
      guard rows <= 1 << 24 else { return nil }
      return ByteImageLayout(batch: rows, channels: channels, height: 1, width: 1)
    }
  }

  private static let largestHalo = 64
  private static let largestCount = 1 << 36
}

/// What a node asks of the layouts of 8-bit numbers.
struct ByteLayoutRule: Sendable, Equatable {
  /// For each input the border of the image that it must be; nil for inputs that stay row-major.
  var halos: [Int?]
  /// What those borders must hold: the zero points, as unsigned numbers.
  var zeros: [Int]
  var shape: ByteShape
  var makesImage = true
  /// Inputs that must have the output's border.
  var tied: [Int] = []
}
