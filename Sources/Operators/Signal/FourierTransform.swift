internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The discrete Fourier transform of one length: `y[k] = sum(x[n] * exp(-2 pi i k n / length))`.
///
/// Powers of two by halving; other lengths as a convolution of a power of two (Bluestein 1970).
struct FourierTransform {
  let length: Int

  struct Complex {
    var real = 0.0
    var imaginary = 0.0

    static func + (a: Complex, b: Complex) -> Complex {
      Complex(real: a.real + b.real, imaginary: a.imaginary + b.imaginary)
    }
    static func - (a: Complex, b: Complex) -> Complex {
      Complex(real: a.real - b.real, imaginary: a.imaginary - b.imaginary)
    }
    static func * (a: Complex, b: Complex) -> Complex {
      Complex(
        real: a.real * b.real - a.imaginary * b.imaginary,
        imaginary: a.real * b.imaginary + a.imaginary * b.real)
    }

    /// `exp(i angle)`.
    static func unit(_ angle: Double) -> Complex { Complex(real: cos(angle), imaginary: sin(angle)) }
    var conjugate: Complex { Complex(real: real, imaginary: -imaginary) }
  }

  /// Floating-point operations, as they are counted by convention: `5 N log2(N)`.
  static func operations(length: Int) throws(OperatorError) -> Int {
    let levels = max(Int.bitWidth - max(length - 1, 0).leadingZeroBitCount, 1)
    return try product([5, length, levels])
  }

  /// The transform of `length` numbers; with the sign of the exponent turned over and divided by `length` if `isInverse`.
  func callAsFunction(_ input: [Complex], isInverse: Bool) -> [Complex] {
    guard length > 0 else { return [] }
    if !isInverse { return forward(input) }
    // The inverse is the conjugate of the transform of the conjugate.
    let scale = 1 / Double(length)
    return forward(input.map(\.conjugate)).map {
      Complex(real: $0.real * scale, imaginary: -$0.imaginary * scale)
    }
  }

  private func forward(_ input: [Complex]) -> [Complex] {
    length & (length - 1) == 0 ? Self.powerOfTwo(input) : convolved(input)
  }

  private static func powerOfTwo(_ input: [Complex]) -> [Complex] {
    let count = input.count
    var values = input
    let bits = count.trailingZeroBitCount
    for index in 0..<count {
      let reversed = bits == 0 ? 0 : Int(UInt(index).bigEndianBits >> (UInt(UInt.bitWidth) - UInt(bits)))
      if index < reversed { values.swapAt(index, reversed) }
    }
    var half = 1
    while half < count {
      let factors = (0..<half).map { Complex.unit(-Double.pi * Double($0) / Double(half)) }
      for start in stride(from: 0, to: count, by: 2 * half) {
        for offset in 0..<half {
          let (a, b) = (values[start + offset], values[start + offset + half] * factors[offset])
          values[start + offset] = a + b
          values[start + offset + half] = a - b
        }
      }
      half *= 2
    }
    return values
  }

  private func convolved(_ input: [Complex]) -> [Complex] {
    // Squares are taken modulo 2 N, so that the angle stays exact.
    let chirp = (0..<length).map {
      Complex.unit(-Double.pi * Double($0 * $0 % (2 * length)) / Double(length))
    }
    var size = 1
    while size < 2 * length { size *= 2 }
    var signal = [Complex](repeating: Complex(), count: size)
    var kernel = signal
    for index in 0..<length {
      signal[index] = input[index] * chirp[index]
      kernel[index] = chirp[index].conjugate
      if index > 0 { kernel[size - index] = chirp[index].conjugate }
    }
    let spectrum = zip(Self.powerOfTwo(signal), Self.powerOfTwo(kernel)).map { $0 * $1 }
    let product = FourierTransform(length: size)(spectrum, isInverse: true)
    return (0..<length).map { product[$0] * chirp[$0] }
  }
}

extension UInt {
  /// The bits in reverse order.
  fileprivate var bigEndianBits: UInt {
    var (source, result): (UInt, UInt) = (self, 0)
    for _ in 0..<UInt.bitWidth {
      result = result << 1 | source & 1
      source >>= 1
    }
    return result
  }
}
