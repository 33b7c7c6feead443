internal import CMicrokernels

/// The scale and the zero point with which unsigned bytes cover a range of floats that includes 0.
package struct ByteRange: Sendable, Equatable {
  package let scale: Float
  /// A whole number of 0 ... 255.
  package let zero: Float

  /// - Parameters:
  ///   - lowest: at most 0.
  ///   - highest: at least 0.
  package init(lowest: Float, highest: Float) {
    let range = (highest - lowest) / 255
    scale = range == 0 ? 1 : range
    let ideal = (0 - lowest / scale).rounded(.toNearestOrEven)
    zero = ideal.isNaN ? 0 : min(max(ideal, 0), 255)
  }

  /// Writes `count` floats as bytes: `round(x / scale) + zero`, at most 255 and at least 0.
  func quantize(
    _ source: UnsafePointer<Float>, to target: UnsafeMutableRawPointer, count: Int, isa: assay_isa
  ) {
    withUnsafePointer(to: scale) { scale in
      withUnsafePointer(to: UInt8(zero)) { zero in
        var quantization = assay_quantization()
        quantization.scale = scale
        quantization.zero = UnsafeRawPointer(zero)
        assay_quantize_values(isa, assay_quantized_as_uint8, &quantization, source, target, count)
      }
    }
  }
}
