/// The 256 numbers that evenly cover the range of some values and 0: the scale and zero point that DynamicQuantizeLinear finds.
struct ByteRange {
  let scale: Float
  let zero: Float

  init(_ values: some Sequence<Float>) {
    var (lowest, highest): (Float, Float) = (0, 0)
    for value in values {
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    let range = (highest - lowest) / 255
    scale = range == 0 ? 1 : range
    let ideal = (0 - lowest / scale).rounded(.toNearestOrEven)
    zero = ideal.isNaN ? 0 : min(max(ideal, 0), 255)
  }

  func index(of value: Float) -> Float {
    let index = (value / scale).rounded(.toNearestOrEven) + zero
    return index.isNaN ? 0 : min(max(index, 0), 255)
  }

  /// Each value becomes the nearest of the range that all of them have.
  static func round<Value: Real>(_ values: UnsafeMutableBufferPointer<Value>) {
    let range = ByteRange(values.lazy.map { Float($0) })
    for index in values.indices {
      values[index] = Value((range.index(of: Float(values[index])) - range.zero) * range.scale)
    }
  }
}
