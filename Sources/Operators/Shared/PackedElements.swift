internal import Network

extension DenseTensor {
  /// The bit patterns of elements of less than a byte, one per byte.
  var unpacked: [UInt8] {
    let bits = element.bits
    let mask = UInt16(1) << UInt16(bits) - 1
    let bytes = UnsafeRawBufferPointer(start: buffer.base, count: byteCount)
    return (0..<elementCount).map { index in
      let (byte, shift) = (index * bits).quotientAndRemainder(dividingBy: 8)
      var window = UInt16(bytes[byte])
      if byte + 1 < bytes.count { window |= UInt16(bytes[byte + 1]) << 8 }
      return UInt8(truncatingIfNeeded: window >> UInt16(shift) & mask)
    }
  }

  /// Writes bit patterns as elements of less than a byte, packed from the low bits up.
  func pack(_ patterns: some Sequence<UInt8>) {
    let bits = element.bits
    let mask = UInt16(1) << UInt16(bits) - 1
    let bytes = UnsafeMutableRawBufferPointer(start: buffer.base, count: byteCount)
    for index in bytes.indices { bytes[index] = 0 }
    for (index, pattern) in patterns.enumerated() {
      let (byte, shift) = (index * bits).quotientAndRemainder(dividingBy: 8)
      let window = (UInt16(pattern) & mask) << UInt16(shift)
      bytes[byte] |= UInt8(truncatingIfNeeded: window)
      if window > 0xFF { bytes[byte + 1] |= UInt8(window >> 8) }
    }
  }
}
