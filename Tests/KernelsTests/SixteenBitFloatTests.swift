import Foundation
import Kernels
import Testing

/// Conversions against the formats' definitions: IEEE 754-2019, 3.4 and 4.3.1, and for bfloat16 the same with 8 bits of exponent and 7 of
/// fraction.
@Suite struct SixteenBitFloatTests {
  struct Definition {
    let format: SixteenBitFormat
    let exponentBits: Int
    let fractionBits: Int

    var bias: Int { 1 << (exponentBits - 1) - 1 }
    /// The patterns of all finite values that are not negative, in order.
    var finite: Range<UInt16> { 0..<UInt16((1 << exponentBits - 1) << fractionBits) }

    /// The value of a pattern without its sign.
    func value(_ pattern: UInt16) -> Double {
      let exponent = Int(pattern) >> fractionBits
      let fraction = Double(Int(pattern) & (1 << fractionBits - 1)) / Double(1 << fractionBits)
      if exponent == 1 << exponentBits - 1 { return fraction == 0 ? .infinity : .nan }
      return exponent == 0
        ? scalbn(fraction, 1 - bias) : scalbn(1 + fraction, exponent - bias)
    }
  }

  static let definitions = [
    Definition(format: .binary16, exponentBits: 5, fractionBits: 10),
    Definition(format: .bfloat16, exponentBits: 8, fractionBits: 7),
  ]

  private func widened(_ patterns: [UInt16], _ format: SixteenBitFormat, _ set: InstructionSet, threads: Int)
    -> [Float]
  {
    let source = Buffer(count: (patterns.count + 1) / 2)
    UnsafeMutableRawPointer(source.start).copyMemory(from: patterns, byteCount: patterns.count * 2)
    let target = Buffer(count: patterns.count)
    run(
      SixteenBitConversion(.widening, format, count: patterns.count, instructionSet: set), inputs: [source],
      output: target, threads: threads)
    #expect(target.isIntact)
    return (0..<patterns.count).map { target.start[$0] }
  }

  private func narrowed(_ values: [Float], _ format: SixteenBitFormat, _ set: InstructionSet, threads: Int)
    -> [UInt16]
  {
    let target = Buffer(count: (values.count + 1) / 2)
    run(
      SixteenBitConversion(.narrowing, format, count: values.count, instructionSet: set),
      inputs: [Buffer(values)], output: target, threads: threads)
    #expect(target.isIntact)
    let patterns = UnsafeRawPointer(target.start).assumingMemoryBound(to: UInt16.self)
    return (0..<values.count).map { patterns[$0] }
  }

  @Test(arguments: definitions.indices, availableInstructionSets)
  func everyPatternIsWidenedExactly(index: Int, set: InstructionSet) {
    let definition = Self.definitions[index]
    let patterns = Array(UInt16.min...UInt16.max)
    let values = widened(patterns, definition.format, set, threads: 3)
    for (pattern, value) in zip(patterns, values) {
      let magnitude = definition.value(pattern & 0x7fff)
      let expected = Float(pattern & 0x8000 == 0 ? magnitude : -magnitude)
      guard expected.bitPattern != value.bitPattern else { continue }
      #expect(expected.isNaN && value.isNaN, "\(pattern): \(value), not \(expected)")
    }
  }

  /// What lies between two neighbours goes to the nearer one, and from the middle to the even one.
  @Test(arguments: definitions.indices, availableInstructionSets)
  func everyValueIsRoundedToTheNearest(index: Int, set: InstructionSet) {
    let definition = Self.definitions[index]
    var values: [Float] = []
    var expected: [UInt16] = []
    for pattern in definition.finite {
      let value = definition.value(pattern)
      // Beyond the largest, the next step would have been as wide as the last.
      let isLargest = pattern + 1 == definition.finite.upperBound
      let next = isLargest ? 2 * value - definition.value(pattern - 1) : definition.value(pattern + 1)
      let middle = Float((value + next) / 2)
      values += [Float(value), middle.nextDown, middle, middle.nextUp]
      expected += [pattern, pattern, pattern % 2 == 0 ? pattern : pattern + 1, pattern + 1]
    }
    let negative = values.map { -$0 }
    #expect(narrowed(values, definition.format, set, threads: 2) == expected)
    #expect(narrowed(negative, definition.format, set, threads: 2) == expected.map { $0 | 0x8000 })
  }

  @Test(arguments: definitions.indices, availableInstructionSets)
  func sizesAroundVectorsAreComplete(index: Int, set: InstructionSet) {
    let definition = Self.definitions[index]
    let infinity = definition.finite.upperBound
    for count in [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 65] {
      let patterns = (0..<count).map { UInt16($0 * 331) }
      let values = widened(patterns, definition.format, set, threads: 2)
      #expect(narrowed(values, definition.format, set, threads: 3) == patterns)
    }
    #expect(
      narrowed([.infinity, -.infinity], definition.format, set, threads: 1) == [infinity, infinity | 0x8000])
    for pattern in narrowed([.nan, -.nan, .signalingNaN], definition.format, set, threads: 1) {
      #expect(pattern & 0x7fff > infinity)
    }
  }
}
