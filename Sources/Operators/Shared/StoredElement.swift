internal import Network

/// How one element type of 8 bits or more stands in memory, and what kernels compute in once it is loaded.
protocol StoredElement: BitwiseCopyable, Sendable {
  associatedtype Value: Number
  static var element: ElementType { get }
  var value: Value { get }
  init(_ value: Value)
}

extension StoredElement where Value == Self {
  var value: Self { self }
}

extension Float: StoredElement {}
extension Double: StoredElement {}
extension Int8: StoredElement {}
extension Int16: StoredElement {}
extension Int32: StoredElement {}
extension Int64: StoredElement {}
extension UInt8: StoredElement {}
extension UInt16: StoredElement {}
extension UInt32: StoredElement {}
extension UInt64: StoredElement {}

/// IEEE 754 binary16 by its bits, because the standard library's own is not on every platform.
struct StoredHalf: StoredElement {
  static let element = ElementType.float16
  var bits: UInt16

  init(bits: UInt16) { self.bits = bits }

  /// Rounds to nearest, ties to even.
  @inline(__always)
  init(_ value: Float) {
    let pattern = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: pattern >> 16) & 0x8000
    let magnitude = pattern & 0x7FFF_FFFF
    if magnitude >= 0x4780_0000 {
      bits = sign | (magnitude > 0x7F80_0000 ? 0x7E00 : 0x7C00)
    } else if magnitude < 0x3880_0000 {
      // Below the smallest normal half: adding 0.5 aligns the last place of a float with that of a subnormal half.
      let aligned = (Float(bitPattern: magnitude) + 0.5).bitPattern &- 0x3F00_0000
      bits = sign | UInt16(truncatingIfNeeded: aligned)
    } else {
      let odd = (magnitude >> 13) & 1
      bits = sign | UInt16(truncatingIfNeeded: (magnitude &- 0x3800_0000 &+ 0xFFF &+ odd) >> 13)
    }
  }

  @inline(__always)
  var value: Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF)
    // Scaling by 2^112 moves the exponent's bias from 15 to 127, subnormals included.
    let scaled = Float(bitPattern: magnitude << 13) * 0x1p112
    let pattern = magnitude >= 0x7C00 ? magnitude << 13 | 0x7F80_0000 : scaled.bitPattern
    return Float(bitPattern: sign | pattern)
  }
}

/// The upper half of a binary32.
struct BFloat16: StoredElement {
  static let element = ElementType.bfloat16
  var bits: UInt16

  init(bits: UInt16) { self.bits = bits }

  /// Rounds to nearest, ties to even.
  @inline(__always)
  init(_ value: Float) {
    let pattern = value.bitPattern
    let rounded = (pattern &+ 0x7FFF &+ ((pattern >> 16) & 1)) >> 16
    bits =
      value.isNaN ? UInt16(truncatingIfNeeded: pattern >> 16) | 0x40 : UInt16(truncatingIfNeeded: rounded)
  }

  @inline(__always)
  var value: Float { Float(bitPattern: UInt32(bits) << 16) }
}
