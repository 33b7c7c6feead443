/// A 64-bit digest of structure, the same in every run and on every machine.
package enum StructuralHash {
  /// FNV-1a over the text's UTF-8, then mixed.
  package static func of(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return mixed(hash)
  }

  static func of(_ texts: [String]) -> UInt64 {
    texts.reduce(mixed(UInt64(texts.count))) { combined($0, of($1)) }
  }

  /// Depends on the order of the two.
  static func combined(_ a: UInt64, _ b: UInt64) -> UInt64 { mixed(mixed(a) &+ b &* 0x9E37_79B9_7F4A_7C15) }

  /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
