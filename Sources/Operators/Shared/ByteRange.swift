internal import Kernels

extension ByteRange {
  /// The range of some values and 0, which is what DynamicQuantizeLinear finds.
  init(_ values: some Sequence<Float>) {
    var (lowest, highest): (Float, Float) = (0, 0)
    for value in values {
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    self.init(lowest: lowest, highest: highest)
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
