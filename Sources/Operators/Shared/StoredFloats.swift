/// IEEE 754 binary16 in memory.
struct Half: BitwiseCopyable, Sendable {
  var bits: UInt16

  init(bits: UInt16) { self.bits = bits }
  @inline(__always) init(_ value: Float) { bits = Binary16.bits(value) }
  @inline(__always) var value: Float { Binary16.float(bits) }
}

/// The upper half of a binary32 in memory.
struct BFloat16: BitwiseCopyable, Sendable {
  var bits: UInt16

  @inline(__always) init(_ value: Float) { bits = BrainFloat.bits(value) }
  @inline(__always) var value: Float { BrainFloat.float(bits) }
}
