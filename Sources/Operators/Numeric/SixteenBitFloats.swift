/// IEEE 754 binary16 as bits. Swift's own `Float16` does not exist on every platform.
package enum Binary16 {
  /// The exact value.
  @inline(__always)
  package static func float(_ bits: UInt16) -> Float {
    let magnitude = UInt32(bits & 0x7fff) << 13
    // Multiplying by 2^112 moves the exponent from binary16's bias to binary32's and normalises subnormals.
    let scaled = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    let special: UInt32 = magnitude >= 0x0f80_0000 ? 0x7f80_0000 : 0
    return Float(bitPattern: scaled | special | UInt32(bits & 0x8000) << 16)
  }

  /// The nearest value, ties to even; what is too large becomes an infinity.
  @inline(__always)
  package static func bits(_ value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: (value.bitPattern & 0x8000_0000) >> 16)
    let magnitude = value.bitPattern & 0x7fff_ffff
    if magnitude >= 0x4780_0000 {
      return sign | (magnitude > 0x7f80_0000 ? 0x7e00 : 0x7c00)
    }
    if magnitude < 0x3880_0000 {
      // Adding one half lets the addition's own rounding cut a subnormal at binary16's last place.
      let rounded = (Float(bitPattern: magnitude) + 0.5).bitPattern
      return sign | UInt16(truncatingIfNeeded: rounded &- 0x3f00_0000)
    }
    let odd = (magnitude >> 13) & 1
    let rounded = (magnitude &- 0x3800_0000 &+ 0xfff &+ odd) >> 13
    return sign | UInt16(truncatingIfNeeded: rounded)
  }
}

/// The upper half of an IEEE 754 binary32, as bits.
package enum BrainFloat {
  @inline(__always)
  package static func float(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// The nearest value, ties to even.
  @inline(__always)
  package static func bits(_ value: Float) -> UInt16 {
    let pattern = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: pattern >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (pattern &+ 0x7fff &+ ((pattern >> 16) & 1)) >> 16)
  }
}
