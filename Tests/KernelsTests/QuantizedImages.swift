import Kernels

/// A tensor of 8-bit numbers `N, C, H, W` and its place in an image.
extension ByteImageLayout {
  func index(_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Int {
    n * imagePitch + (y + halo) * rowPitch + (x + halo) * pixelPitch + c
  }

  /// The tensor in this layout; padded channels hold something, for nobody may depend on them.
  func image(_ planar: [UInt8]) -> Buffer {
    let buffer = Buffer(count: (byteCount + 3) / 4)
    let bytes = UnsafeMutableRawPointer(buffer.start).assumingMemoryBound(to: UInt8.self)
    for i in 0..<byteCount { bytes[i] = 77 }
    forEachPixel(isInside: false) { n, y, x in
      for c in 0..<pixelPitch { bytes[index(n, c, y, x)] = border }
    }
    forEachPixel(isInside: true) { n, y, x in
      for c in 0..<channels { bytes[index(n, c, y, x)] = planar[planarIndex(n, c, y, x)] }
    }
    return buffer
  }

  /// The tensor, or nil if the border does not hold what it must or anything behind the end was written.
  func planar(_ buffer: Buffer) -> [UInt8]? {
    let bytes = UnsafeRawPointer(buffer.start).assumingMemoryBound(to: UInt8.self)
    var result = [UInt8](repeating: 0, count: batch * channels * height * width)
    var isBorderWhole = true
    forEachPixel(isInside: true) { n, y, x in
      for c in 0..<channels { result[planarIndex(n, c, y, x)] = bytes[index(n, c, y, x)] }
    }
    forEachPixel(isInside: false) { n, y, x in
      for c in 0..<channels where bytes[index(n, c, y, x)] != border { isBorderWhole = false }
    }
    return isBorderWhole && buffer.isIntact ? result : nil
  }

  var output: Buffer { Buffer(count: (byteCount - Self.slack + 3) / 4) }

  func planarIndex(_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Int {
    ((n * channels + c) * height + y) * width + x
  }

  private func forEachPixel(isInside: Bool, _ body: (Int, Int, Int) -> Void) {
    for n in 0..<batch {
      for y in -halo..<height + halo {
        for x in -halo..<width + halo {
          let inside = (0..<height).contains(y) && (0..<width).contains(x)
          if inside == isInside { body(n, y, x) }
        }
      }
    }
  }
}

/// `clamp(round(value) + zero, low, high)`, halves to even.
func roundedByte(_ value: Float, zero: Int, low: Int = 0, high: Int = 255) -> Int {
  min(max(Int(value.rounded(.toNearestOrEven)) + zero, low), high)
}
