internal import Network

/// A binary floating-point format of at most 16 bits, given by the layout of its fields.
struct NarrowFloat: Sendable {
  var exponentBits: Int
  var mantissaBits: Int
  var bias: Int
  var special: Special

  /// What the largest exponent, or the pattern of minus zero, stands for.
  enum Special: Sendable {
    /// Infinities and NaNs as in IEEE 754.
    case ieee
    /// No infinity; all bits of exponent and mantissa set is NaN.
    case finite
    /// No infinity and no minus zero, whose pattern is the one NaN.
    case unsignedZero
    /// Every pattern is a number.
    case numbersOnly
  }

  init?(_ element: ElementType) {
    switch element {
    case .float16: self.init(5, 10, bias: 15, .ieee)
    case .bfloat16: self.init(8, 7, bias: 127, .ieee)
    case .float8E4M3FN: self.init(4, 3, bias: 7, .finite)
    case .float8E4M3FNUZ: self.init(4, 3, bias: 8, .unsignedZero)
    case .float8E5M2: self.init(5, 2, bias: 15, .ieee)
    case .float8E5M2FNUZ: self.init(5, 2, bias: 16, .unsignedZero)
    case .float4E2M1: self.init(2, 1, bias: 1, .numbersOnly)
    case .float6E2M3: self.init(2, 3, bias: 1, .numbersOnly)
    case .float6E3M2: self.init(3, 2, bias: 3, .numbersOnly)
    default: return nil
    }
  }

  private init(_ exponentBits: Int, _ mantissaBits: Int, bias: Int, _ special: Special) {
    self.exponentBits = exponentBits
    self.mantissaBits = mantissaBits
    self.bias = bias
    self.special = special
  }

  private var signBit: UInt16 { 1 << UInt16(exponentBits + mantissaBits) }
  private var allOnes: UInt16 { signBit - 1 }
  private var infinity: UInt16 { allOnes - ((1 << UInt16(mantissaBits)) - 1) }

  /// The pattern of the largest finite magnitude.
  private var largest: UInt16 {
    switch special {
    case .ieee: infinity - 1
    case .finite: allOnes - 1
    case .unsignedZero, .numbersOnly: allOnes
    }
  }

  private var notANumber: UInt16 {
    switch special {
    case .ieee: infinity | 1 << UInt16(mantissaBits - 1)
    case .finite: allOnes
    case .unsignedZero, .numbersOnly: signBit
    }
  }

  func decode(_ bits: UInt16) -> Double {
    let magnitude = bits & allOnes
    let negative = bits & signBit != 0
    switch special {
    case .ieee where magnitude >= infinity:
      return magnitude > infinity ? .nan : negative ? -.infinity : .infinity
    case .finite where magnitude == allOnes: return .nan
    case .unsignedZero where bits == signBit: return .nan
    default: break
    }
    let exponent = Int(magnitude >> UInt16(mantissaBits))
    let fraction = Double(magnitude & ((1 << UInt16(mantissaBits)) - 1)) * power(-mantissaBits)
    let value = exponent == 0 ? fraction * power(1 - bias) : (1 + fraction) * power(exponent - bias)
    return negative ? -value : value
  }

  /// Rounds to nearest, ties to even. Beyond the largest number: that number if `saturating`, else infinity, or NaN
  /// where the format has none; formats of numbers only always saturate.
  func encode(_ value: Double, saturating: Bool) -> UInt16 {
    if value.isNaN { return notANumber }
    let sign = value.sign == .minus ? signBit : 0
    let pattern = round(abs(value))
    if pattern <= largest {
      return pattern == 0 && special == .unsignedZero ? 0 : sign | UInt16(pattern)
    }
    if saturating || special == .numbersOnly { return sign | largest }
    switch special {
    case .ieee: return sign | infinity
    case .unsignedZero: return notANumber
    default: return sign | notANumber
    }
  }

  /// The pattern nearest to a magnitude; larger than `largest` where the format does not reach it.
  private func round(_ magnitude: Double) -> Int {
    guard magnitude > 0 else { return 0 }
    guard magnitude < power(1 << exponentBits) else { return .max }
    let exponent = max(Int(magnitude.exponent), 1 - bias)
    // The significand counted in units of the last place; a carry runs into the exponent field by itself.
    let units = (magnitude * power(mantissaBits - exponent)).rounded(.toNearestOrEven)
    return ((exponent + bias - 1) << mantissaBits) + Int(units)
  }

  private func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }
}
