/// How one element type of 8 bits or more stands in memory, and what kernels compute in once it is loaded.
protocol StoredElement: BitwiseCopyable, Sendable {
  associatedtype Value: Number
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

/// IEEE 754 binary16 in memory.
struct Half: StoredElement {
  var bits: UInt16

  init(bits: UInt16) { self.bits = bits }
  @inline(__always) init(_ value: Float) { bits = Binary16.bits(value) }
  @inline(__always) var value: Float { Binary16.float(bits) }
}

/// The upper half of a binary32 in memory.
struct BFloat16: StoredElement {
  var bits: UInt16

  @inline(__always) init(_ value: Float) { bits = BrainFloat.bits(value) }
  @inline(__always) var value: Float { BrainFloat.float(bits) }
}
