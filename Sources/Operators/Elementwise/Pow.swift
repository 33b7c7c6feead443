internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `a` to the power of `b`, of the type of `a`. Computed in 64-bit floats, or in integers where both are.
struct Pow: BroadcastOperator, NumericKernel {
  static let name = "Pow"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (base, exponent) = (try inputs.tensor(0), try inputs.tensor(1))
    let shapes = [base.shape, try alignment.aligned(exponent.shape, to: base.shape)]
    return [Fact(base.element, try broadcastShape(shapes))]
  }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let (base, exponent) = (try context.input(0), try alignedSecond(context))
    let output = try makeOutput(context)
    if !Element.isFloat, let exponents = exponent.integers {
      let exponent = DenseTensor.int64(exponents, exponent.dimensions)
      broadcastMap(base, exponent, into: output) { (a: Element, b: Int64) in Self.power(a, b) }
      return
    }
    let wide = try DenseTensor(.float64, exponent.dimensions, limit: context.limit)
    wide.store(try exponent.doubles(input: 1))
    broadcastMap(base, wide, into: output) { (a: Element, b: Double) in
      b == 2 ? a.multiplied(by: a) : Element(from: pow(a.double, b))
    }
  }

  /// By repeated squaring; a negative exponent leaves 0 unless the base is 1 or -1.
  private static func power<Value: Number>(_ base: Value, _ exponent: Int64) -> Value {
    guard exponent >= 0 else {
      return Value.one.quotient(by: power(base, exponent == .min ? .max - 1 : -exponent))
    }
    var (result, square, remaining) = (Value.one, base, exponent)
    while remaining > 0 {
      if remaining & 1 == 1 { result = result.multiplied(by: square) }
      square = square.multiplied(by: square)
      remaining >>= 1
    }
    return result
  }
}
