/// What kernels compute in: the integers that wrap around, and the two hardware floats.
protocol Number: BitwiseCopyable, Comparable, Hashable, Sendable {
  static var zero: Self { get }
  static var one: Self { get }
  static var isFloat: Bool { get }
  /// The smallest and the largest value; infinite for floats.
  static var lowest: Self { get }
  static var highest: Self { get }

  func adding(_ other: Self) -> Self
  func subtracting(_ other: Self) -> Self
  func multiplied(by other: Self) -> Self
  /// Integers round towards 0, and a quotient by 0 is 0.
  func quotient(by other: Self) -> Self
  var negated: Self { get }
  var isNotANumber: Bool { get }
  var double: Double { get }
  /// Integers drop the fraction and wrap around; what is not finite becomes 0.
  init(from value: Double)
}

extension Number where Self: FixedWidthInteger {
  static var one: Self { 1 }
  static var isFloat: Bool { false }
  static var lowest: Self { .min }
  static var highest: Self { .max }
  func adding(_ other: Self) -> Self { self &+ other }
  func subtracting(_ other: Self) -> Self { self &- other }
  func multiplied(by other: Self) -> Self { self &* other }
  func quotient(by other: Self) -> Self { other == 0 ? 0 : dividedReportingOverflow(by: other).partialValue }
  var negated: Self { 0 &- self }
  var isNotANumber: Bool { false }
  var double: Double { Double(self) }
  init(from value: Double) {
    if let exact = Self(exactly: value.rounded(.towardZero)) {
      self = exact
    } else if value.isFinite, abs(value) < 0x1p63 {
      self = Self(truncatingIfNeeded: Int64(value))
    } else {
      self = value.isFinite && !Self.isSigned && value > 0 ? .max : Self.isSigned && value.isFinite ? .min : 0
    }
  }
}

extension Number where Self: BinaryFloatingPoint {
  static var one: Self { 1 }
  static var isFloat: Bool { true }
  static var lowest: Self { -.infinity }
  static var highest: Self { .infinity }
  func adding(_ other: Self) -> Self { self + other }
  func subtracting(_ other: Self) -> Self { self - other }
  func multiplied(by other: Self) -> Self { self * other }
  func quotient(by other: Self) -> Self { self / other }
  var negated: Self { -self }
  var isNotANumber: Bool { isNaN }
  var double: Double { Double(self) }
  init(from value: Double) { self = Self(value) }
}

extension Float: Number {}
extension Double: Number {}
extension Int8: Number {}
extension Int16: Number {}
extension Int32: Number {}
extension Int64: Number {}
extension UInt8: Number {}
extension UInt16: Number {}
extension UInt32: Number {}
extension UInt64: Number {}

extension Number {
  /// The smaller one; a NaN wins, as in numpy.
  @inline(__always)
  func minimum(_ other: Self) -> Self { isNotANumber || self < other ? self : other }

  /// The larger one; a NaN wins.
  @inline(__always)
  func maximum(_ other: Self) -> Self { isNotANumber || self > other ? self : other }
}
