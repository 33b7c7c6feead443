#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A floating-point type that kernels compute in: 32 bits for tensors of 16 and 32 bits, 64 bits for those of 64.
package protocol Real: BinaryFloatingPoint, Arithmetic {
  static func exp(_ x: Self) -> Self
  static func expMinusOne(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  /// `log(1 + x)`
  static func log(onePlus x: Self) -> Self
  static func tanh(_ x: Self) -> Self
  static func erf(_ x: Self) -> Self
  static func pow(_ x: Self, _ exponent: Self) -> Self
  static func sin(_ x: Self) -> Self
  static func cos(_ x: Self) -> Self
}

extension Float: Real {
  package static func exp(_ x: Float) -> Float { expf(x) }
  package static func expMinusOne(_ x: Float) -> Float { expm1f(x) }
  package static func log(_ x: Float) -> Float { logf(x) }
  package static func log(onePlus x: Float) -> Float { log1pf(x) }
  package static func tanh(_ x: Float) -> Float { tanhf(x) }
  package static func erf(_ x: Float) -> Float { erff(x) }
  package static func pow(_ x: Float, _ exponent: Float) -> Float { powf(x, exponent) }
  package static func sin(_ x: Float) -> Float { sinf(x) }
  package static func cos(_ x: Float) -> Float { cosf(x) }
}

extension Double: Real {
  package static func exp(_ x: Double) -> Double { LibraryMath.exp(x) }
  package static func expMinusOne(_ x: Double) -> Double { expm1(x) }
  package static func log(_ x: Double) -> Double { LibraryMath.log(x) }
  package static func log(onePlus x: Double) -> Double { log1p(x) }
  package static func tanh(_ x: Double) -> Double { LibraryMath.tanh(x) }
  package static func erf(_ x: Double) -> Double { LibraryMath.erf(x) }
  package static func pow(_ x: Double, _ exponent: Double) -> Double { LibraryMath.pow(x, exponent) }
  package static func sin(_ x: Double) -> Double { LibraryMath.sin(x) }
  package static func cos(_ x: Double) -> Double { LibraryMath.cos(x) }
}

/// The C library's functions whose names the members above hide.
private enum LibraryMath {
  #if canImport(Glibc)
    static func exp(_ x: Double) -> Double { Glibc.exp(x) }
    static func log(_ x: Double) -> Double { Glibc.log(x) }
    static func tanh(_ x: Double) -> Double { Glibc.tanh(x) }
    static func erf(_ x: Double) -> Double { Glibc.erf(x) }
    static func pow(_ x: Double, _ exponent: Double) -> Double { Glibc.pow(x, exponent) }
    static func sin(_ x: Double) -> Double { Glibc.sin(x) }
    static func cos(_ x: Double) -> Double { Glibc.cos(x) }
  #elseif canImport(Darwin)
    static func exp(_ x: Double) -> Double { Darwin.exp(x) }
    static func log(_ x: Double) -> Double { Darwin.log(x) }
    static func tanh(_ x: Double) -> Double { Darwin.tanh(x) }
    static func erf(_ x: Double) -> Double { Darwin.erf(x) }
    static func pow(_ x: Double, _ exponent: Double) -> Double { Darwin.pow(x, exponent) }
    static func sin(_ x: Double) -> Double { Darwin.sin(x) }
    static func cos(_ x: Double) -> Double { Darwin.cos(x) }
  #endif
}
