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

extension Pow: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try alignment.checkDerivative()
    guard d.inputs.count == 2, let base = d.inputs[0]?.tensor, let exponent = d.inputs[1]?.tensor else {
      throw .needsValue(input: 1)
    }
    let isOfBase = base.element == exponent.element
    try d.giveStretched(0) { d throws(OperatorError) in
      let (factor, power) = try factorAndPower(&d, of: base.element)
      return d.apply("Mul", .gradient(0), d.apply("Mul", factor, d.apply("Pow", .input(0), power)))
    }
    // 0 to the power of anything stays 0, though its logarithm is not finite.
    try d.giveStretched(1) { d throws(OperatorError) in
      let zeros = try d.filled(like: .output(0), with: 0)
      let slope = d.apply("Mul", .output(0), d.apply("Log", .input(0)))
      let safe = d.apply("Where", d.apply("Equal", .output(0), zeros), zeros, slope)
      let product = d.apply("Mul", .gradient(0), safe)
      return isOfBase ? product : d.cast(product, to: exponent.element)
    }
  }

  /// The exponent, by which the base's power is multiplied, and that power: one less. Where the exponent is a number that the
  /// file gives, both are that number's; of 0 the slope is 0, also where the base is.
  private func factorAndPower(
    _ d: inout Derivation, of element: ElementType
  ) throws(OperatorError) -> (factor: Derivation.Term, power: Derivation.Term) {
    if let constant = d.inputs[1]?.constant, constant.elementCount == 1,
      let value = try constant.doubles(input: 1).first
    {
      return (
        try d.filled(like: .input(1), with: value),
        try d.filled(like: .input(1), with: value == 0 ? 0 : value - 1)
      )
    }
    let exponent = d.cast(.input(1), to: element)
    return (exponent, d.apply("Sub", exponent, try d.filled(like: .output(0), with: 1)))
  }
}
