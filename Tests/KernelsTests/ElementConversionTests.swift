import Kernels
import Testing

/// Conversions between element types against those of the language.
@Suite struct ElementConversionTests {
  private typealias Element = ElementConversion.Element

  /// The numbers that are converted: all of a kind that its type holds.
  private func samples(_ element: Element, count: Int) -> [Double] {
    var generator = Generator(seed: 7)
    let special: [Double] =
      switch element {
      case .float32:
        [
          .nan, .infinity, -.infinity, 3e38, -3e38, 0x1p63, -0x1p63, 0x1p62, 4e9, -4e9, 2_147_483_648, 300.7,
          -0.5, -0.0,
        ]
      case .int64: [0x1p62, -0x1p63, 16_777_217, -1, 5_000_000_000]
      case .int32: [2_147_483_647, -2_147_483_648, 16_777_217, 16_777_219, -1]
      case .int8: [-128, 127, -1]
      case .uint8: [255, 128]
      case .bool: [1]
      }
    return (0..<count).map { index in
      if index % 3 == 0 { return special[index / 3 % special.count] }
      let value = Double(generator.float())
      return switch element {
      case .float32: Double(Float(value * 1000))
      case .int64, .int32: (value * 100_000).rounded()
      case .int8: (value * 128).rounded(.down)
      case .uint8: (value * 127).rounded() + 128
      case .bool: value > 0 ? 1 : 0
      }
    }
  }

  private func size(_ element: Element) -> Int {
    switch element {
    case .int64: 8
    case .float32, .int32: 4
    case .int8, .uint8, .bool: 1
    }
  }

  private func write(_ values: [Double], _ element: Element) -> Buffer {
    let buffer = Buffer(count: (values.count * size(element) + 3) / 4)
    let start = UnsafeMutableRawPointer(buffer.start)
    for (index, value) in values.enumerated() {
      switch element {
      case .float32: start.storeBytes(of: Float(value), toByteOffset: index * 4, as: Float.self)
      case .int64: start.storeBytes(of: Int64(value), toByteOffset: index * 8, as: Int64.self)
      case .int32: start.storeBytes(of: Int32(value), toByteOffset: index * 4, as: Int32.self)
      case .int8: start.storeBytes(of: Int8(value), toByteOffset: index, as: Int8.self)
      case .uint8, .bool: start.storeBytes(of: UInt8(value), toByteOffset: index, as: UInt8.self)
      }
    }
    return buffer
  }

  private func read(_ buffer: Buffer, _ element: Element, count: Int) -> [Double] {
    let start = UnsafeRawPointer(buffer.start)
    return (0..<count).map { index in
      switch element {
      case .float32: Double(start.load(fromByteOffset: index * 4, as: Float.self))
      case .int64: Double(start.load(fromByteOffset: index * 8, as: Int64.self))
      case .int32: Double(start.load(fromByteOffset: index * 4, as: Int32.self))
      case .int8: Double(start.load(fromByteOffset: index, as: Int8.self))
      case .uint8, .bool: Double(start.load(fromByteOffset: index, as: UInt8.self))
      }
    }
  }

  private func expected(_ value: Double, from source: Element, to target: Element) -> Double {
    if target == .float32 { return Double(Float(value)) }
    if target == .bool { return value == 0 ? 0 : 1 }
    guard value.isFinite else { return 0 }
    guard abs(value) < 0x1p63 else {
      let (low, high): (Double, Double) =
        switch target {
        case .uint8: (0, 255)
        case .int8: (-128, -128)
        case .int32: (Double(Int32.min), Double(Int32.min))
        default: (-0x1p63, -0x1p63)
        }
      // Only a float is beyond 64 bits; the least integer of them wraps around like the others.
      return source == .float32 ? (value < 0 ? low : high) : target == .int64 ? value : 0
    }
    let whole = Int64(value)
    return switch target {
    case .int32: Double(Int32(truncatingIfNeeded: whole))
    case .int8: Double(Int8(truncatingIfNeeded: whole))
    case .uint8: Double(UInt8(truncatingIfNeeded: whole))
    default: Double(whole)
    }
  }

  @Test(arguments: availableInstructionSets, [1, 2, 3])
  func everyPairOfTypes(set: InstructionSet, threads: Int) {
    for source in Element.allCases {
      for target in Element.allCases {
        for count in [1, 2, 7, 8, 9, 15, 16, 17, 33, 200] {
          let values = samples(source, count: count)
          let output = Buffer(count: (count * size(target) + 3) / 4)
          run(
            ElementConversion(from: source, to: target, count: count, instructionSet: set),
            inputs: [write(values, source)], output: output, threads: threads)
          let results = read(output, target, count: count)
          for (value, result) in zip(values, results) {
            let wanted = expected(value, from: source, to: target)
            #expect(
              result == wanted || result.isNaN && wanted.isNaN,
              "\(value) as \(source) to \(target): \(result)")
          }
          #expect(output.isIntact)
        }
      }
    }
  }
}
