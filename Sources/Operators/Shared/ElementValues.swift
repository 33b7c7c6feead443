internal import Network

/// All elements of a tensor in the widest type of their kind, for kernels where speed does not matter.
package enum ElementValues: Sendable {
  case signed([Int64])
  case unsigned([UInt64])
  case floats([Double])

  package var doubles: [Double] {
    switch self {
    case .signed(let values): values.map { Double($0) }
    case .unsigned(let values): values.map { Double($0) }
    case .floats(let values): values
    }
  }
}

extension DenseTensor {
  /// The elements without loss; nil for strings and complex numbers.
  package var values: ElementValues? {
    switch element {
    case .int8: .signed(elements(as: Int8.self).map(Int64.init))
    case .int16: .signed(elements(as: Int16.self).map(Int64.init))
    case .int32: .signed(elements(as: Int32.self).map(Int64.init))
    case .int64: .signed(Array(elements(as: Int64.self)))
    case .uint8: .unsigned(elements(as: UInt8.self).map(UInt64.init))
    case .bool: .unsigned(elements(as: UInt8.self).map { $0 == 0 ? 0 : 1 })
    case .uint16: .unsigned(elements(as: UInt16.self).map(UInt64.init))
    case .uint32: .unsigned(elements(as: UInt32.self).map(UInt64.init))
    case .uint64: .unsigned(Array(elements(as: UInt64.self)))
    case .float32: .floats(elements(as: Float.self).map(Double.init))
    case .float64: .floats(Array(elements(as: Double.self)))
    case .float16: .floats(elements(as: Half.self).map { Double($0.value) })
    case .bfloat16: .floats(elements(as: BFloat16.self).map { Double($0.value) })
    case .uint2, .uint4: .unsigned(unpacked.map(UInt64.init))
    // Shifting up and back spreads the sign bit.
    case .int2: .signed(unpacked.map { Int64(Int8(bitPattern: $0 << 6) >> 6) })
    case .int4: .signed(unpacked.map { Int64(Int8(bitPattern: $0 << 4) >> 4) })
    case .float8E8M0: .floats(elements(as: UInt8.self).map(ScaleFloat.decode))
    case .string, .complex64, .complex128: nil
    case .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ, .float4E2M1, .float6E2M3, .float6E3M2:
      narrowFloats
    }
  }

  private var narrowFloats: ElementValues? {
    guard let format = NarrowFloat(element) else { return nil }
    let patterns = element.bits == 8 ? Array(elements(as: UInt8.self)) : unpacked
    return .floats(patterns.map { format.decode(UInt16($0)) })
  }

  /// The elements as 64-bit floats; an error for strings and complex numbers.
  func doubles(input: Int) throws(OperatorError) -> [Double] {
    guard let values else { throw .elementType(input: input, found: element) }
    return values.doubles
  }

  /// Writes `values`, rounded to this tensor's type.
  func store(_ values: [Double]) {
    store(.floats(values), ElementRounding())
  }

  /// Writes `values`, converted to this tensor's type as `Cast` converts them.
  func store(_ values: ElementValues, _ rounding: ElementRounding) {
    switch element {
    case .float32: fill(values, { Float($0) }, { Float($0) }, { Float($0) })
    case .float64: fill(values, { Double($0) }, { Double($0) }, { $0 })
    case .float16: fill(values) { Half(bits: NarrowFloat.encodeHalf($0)) }
    case .bfloat16: fill(values) { BFloat16(Float($0)) }
    case .bool: fill(values, { $0 == 0 ? 0 : 1 as UInt8 }, { $0 == 0 ? 0 : 1 }, { $0 == 0 ? 0 : 1 })
    case .int8: fillIntegers(values, Int8.self)
    case .int16: fillIntegers(values, Int16.self)
    case .int32: fillIntegers(values, Int32.self)
    case .int64: fillIntegers(values, Int64.self)
    case .uint8: fillIntegers(values, UInt8.self)
    case .uint16: fillIntegers(values, UInt16.self)
    case .uint32: fillIntegers(values, UInt32.self)
    case .uint64: fillIntegers(values, UInt64.self)
    case .uint2, .int2, .uint4, .int4: packIntegers(values)
    case .float8E8M0: fill(values) { ScaleFloat.encode($0, rounding) }
    case .string, .complex64, .complex128: break
    case .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ, .float4E2M1, .float6E2M3, .float6E3M2:
      storeNarrow(values.doubles, rounding)
    }
  }

  private func fill<Stored: BitwiseCopyable>(
    _ values: ElementValues, _ signed: (Int64) -> Stored, _ unsigned: (UInt64) -> Stored,
    _ float: (Double) -> Stored
  ) {
    let target = mutableElements(as: Stored.self)
    switch values {
    case .signed(let values): for index in target.indices { target[index] = signed(values[index]) }
    case .unsigned(let values): for index in target.indices { target[index] = unsigned(values[index]) }
    case .floats(let values): for index in target.indices { target[index] = float(values[index]) }
    }
  }

  private func fill<Stored: BitwiseCopyable>(_ values: ElementValues, _ convert: (Double) -> Stored) {
    fill(values, { convert(Double($0)) }, { convert(Double($0)) }, convert)
  }

  private func fillIntegers<Stored: FixedWidthInteger & BitwiseCopyable & Number>(
    _ values: ElementValues, _: Stored.Type
  ) {
    fill(
      values, Stored.init(truncatingIfNeeded:), Stored.init(truncatingIfNeeded:), { Stored(from: $0) })
  }

  private func packIntegers(_ values: ElementValues) {
    switch values {
    case .signed(let values): pack(values.lazy.map { UInt8(truncatingIfNeeded: $0) })
    case .unsigned(let values): pack(values.lazy.map { UInt8(truncatingIfNeeded: $0) })
    case .floats(let values): pack(values.lazy.map { UInt8(bitPattern: Int8(from: $0)) })
    }
  }

  private func storeNarrow(_ values: [Double], _ rounding: ElementRounding) {
    guard let format = NarrowFloat(element) else { return }
    let patterns = values.lazy.map {
      UInt8(truncatingIfNeeded: format.encode($0, saturating: rounding.saturate))
    }
    if element.bits == 8 {
      let target = mutableElements(as: UInt8.self)
      for (index, pattern) in patterns.enumerated() { target[index] = pattern }
    } else {
      pack(patterns)
    }
  }
}

extension NarrowFloat {
  /// A 16-bit float straight from 64 bits, so that it is rounded only once.
  static func encodeHalf(_ value: Double) -> UInt16 {
    NarrowFloat(.float16)?.encode(value, saturating: false) ?? 0
  }
}

/// What conversion to an 8-bit float does with numbers that the format does not hold.
struct ElementRounding: Sendable {
  /// Too large becomes the largest number, not infinity or NaN.
  var saturate = true
  /// For powers of two only.
  var mode = Mode.up

  enum Mode: String, Sendable { case up, down, nearest }
}

/// Powers of two from 2^-127 to 2^127, the scales of block formats (float8E8M0); 255 is NaN.
enum ScaleFloat {
  static func decode(_ bits: UInt8) -> Double {
    bits == 255 ? .nan : Double(sign: .plus, exponent: Int(bits) - 127, significand: 1)
  }

  static func encode(_ value: Double, _ rounding: ElementRounding) -> UInt8 {
    guard !value.isNaN else { return 255 }
    guard value.isFinite else { return rounding.saturate ? 254 : 255 }
    let magnitude = abs(value)
    guard magnitude > 0 else { return rounding.saturate ? 0 : 255 }
    var exponent = Int(magnitude.exponent)
    switch rounding.mode {
    case .up: if magnitude.significand > 1 { exponent += 1 }
    case .down: break
    case .nearest: if magnitude.significand >= 1.5 { exponent += 1 }
    }
    if exponent > 127 { return rounding.saturate ? 254 : 255 }
    if exponent < -127 { return rounding.saturate ? 0 : 255 }
    return UInt8(exponent + 127)
  }
}
