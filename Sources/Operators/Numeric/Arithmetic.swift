package import Network

/// A number type that sums of products are computed in. Integers wrap, as the formats define.
package protocol Arithmetic: BitwiseCopyable, Comparable, Sendable {
  /// The element type of tensors that hold such numbers.
  static var elementType: ElementType { get }
  static var zero: Self { get }
  /// The least value there is: what a maximum starts from.
  static var least: Self { get }
  static func sum(_ a: Self, _ b: Self) -> Self
  static func product(_ a: Self, _ b: Self) -> Self
}

extension Float: Arithmetic {
  package static var elementType: ElementType { .float32 }
}

extension Double: Arithmetic {
  package static var elementType: ElementType { .float64 }
}

extension Arithmetic where Self: BinaryFloatingPoint {
  package static var least: Self { -.infinity }
  @inline(__always) package static func sum(_ a: Self, _ b: Self) -> Self { a + b }
  @inline(__always) package static func product(_ a: Self, _ b: Self) -> Self { a * b }
}

extension Arithmetic where Self: FixedWidthInteger {
  package static var least: Self { .min }
  @inline(__always) package static func sum(_ a: Self, _ b: Self) -> Self { a &+ b }
  @inline(__always) package static func product(_ a: Self, _ b: Self) -> Self { a &* b }
}

extension Int8: Arithmetic {
  package static var elementType: ElementType { .int8 }
}

extension Int16: Arithmetic {
  package static var elementType: ElementType { .int16 }
}

extension Int32: Arithmetic {
  package static var elementType: ElementType { .int32 }
}

extension Int64: Arithmetic {
  package static var elementType: ElementType { .int64 }
}

extension UInt8: Arithmetic {
  package static var elementType: ElementType { .uint8 }
}

extension UInt16: Arithmetic {
  package static var elementType: ElementType { .uint16 }
}

extension UInt32: Arithmetic {
  package static var elementType: ElementType { .uint32 }
}

extension UInt64: Arithmetic {
  package static var elementType: ElementType { .uint64 }
}

extension FixedWidthInteger {
  /// `value` without its fraction, cut to the type's range; 0 for what is not a number.
  @inline(__always)
  package init(saturating value: Double) {
    if let exact = Self(exactly: value.rounded(.towardZero)) {
      self = exact
    } else {
      self = value.isNaN ? 0 : value < 0 ? .min : .max
    }
  }
}
