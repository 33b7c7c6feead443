internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The remainder of `a / b`: with the sign of `b`, or with that of `a` where `fmod` is set. 0 for an integer `b` of 0.
struct Mod: BroadcastOperator, NumericKernel {
  static let name = "Mod"
  private let signOfDividend: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    signOfDividend = try attributes.flag("fmod")
  }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let output = try makeOutput(context)
    let signOfDividend = signOfDividend
    broadcastMap(try context.input(0), try context.input(1), into: output) { (a: Element, b: Element) in
      Self.remainder(a, b, signOfDividend)
    }
  }

  @inline(__always)
  private static func remainder<Value: Number>(_ a: Value, _ b: Value, _ signOfDividend: Bool) -> Value {
    let rest =
      Value.isFloat
      ? Value(from: fmod(a.double, b.double)) : a.subtracting(a.quotient(by: b).multiplied(by: b))
    if !Value.isFloat, b == .zero { return .zero }
    return signOfDividend || rest == .zero || (rest < .zero) == (b < .zero) ? rest : rest.adding(b)
  }
}
