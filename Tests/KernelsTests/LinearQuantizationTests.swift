import Foundation
import Kernels
import Testing

/// Quantisation against its definition in 64 bits: ONNX's `saturate(round(x / scale) + zero)`, where the quotient is a
/// 32-bit float, and `(q - zero) scale`.
@Suite struct LinearQuantizationTests {
  private static let elements: [QuantizedElement] = [.uint8, .int8, .uint16, .int16, .int32]
  private static let counts = [1, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65, 300]

  private func range(_ element: QuantizedElement) -> ClosedRange<Int> {
    switch element {
    case .uint8: 0...255
    case .int8: -128...127
    case .uint16: 0...65535
    case .int16: -32768...32767
    case .int32: Int(Int32.min)...Int(Int32.max)
    }
  }

  private func bytes(_ element: QuantizedElement) -> Int {
    switch element {
    case .uint8, .int8: 1
    case .uint16, .int16: 2
    case .int32: 4
    }
  }

  private func buffer(_ numbers: [Int], _ element: QuantizedElement) -> Buffer {
    let size = bytes(element)
    let buffer = Buffer(count: (numbers.count * size + 3) / 4)
    for (index, number) in numbers.enumerated() {
      withUnsafeBytes(of: Int64(number).littleEndian) { value in
        UnsafeMutableRawBufferPointer(
          start: UnsafeMutableRawPointer(buffer.start) + index * size, count: size
        ).copyBytes(from: value[..<size])
      }
    }
    return buffer
  }

  private func numbers(_ buffer: Buffer, _ element: QuantizedElement, count: Int) -> [Int] {
    let start = UnsafeRawPointer(buffer.start)
    return (0..<count).map { index in
      switch element {
      case .uint8: Int(start.load(fromByteOffset: index, as: UInt8.self))
      case .int8: Int(start.load(fromByteOffset: index, as: Int8.self))
      case .uint16: Int(start.load(fromByteOffset: index * 2, as: UInt16.self))
      case .int16: Int(start.load(fromByteOffset: index * 2, as: Int16.self))
      case .int32: Int(start.load(fromByteOffset: index * 4, as: Int32.self))
      }
    }
  }

  /// Scales and zero points for each place, and what belongs to each element of `shape`.
  private struct Points {
    var scales: [Float]
    var zeros: [Int]
    var places: [Int]
  }

  private func points(
    _ shape: [Int], axis: Int?, _ element: QuantizedElement, _ generator: inout Generator
  ) -> Points {
    let inner = axis.map { shape[($0 + 1)...].reduce(1, *) } ?? 1
    let length = axis.map { shape[$0] } ?? 1
    let range = element == .int32 ? -1000...1000 : self.range(element)
    return Points(
      scales: (0..<length).map { _ in abs(generator.float()) + 0.01 },
      zeros: (0..<length).map { _ in range.lowerBound + generator.below(range.count) },
      places: (0..<shape.reduce(1, *)).map { $0 / inner % length })
  }

  private func shapes(_ count: Int) -> [(shape: [Int], axis: Int?)] {
    [([count], nil), ([2, count], 1), ([3, 2, count], 1), ([count, 3], 0)]
  }

  @Test(arguments: availableInstructionSets, [1, 2, 3])
  func quantizing(set: InstructionSet, threads: Int) {
    var generator = Generator(seed: 3)
    for element in Self.elements where element != .int32 {
      let range = range(element)
      for count in Self.counts {
        for (shape, axis) in shapes(count) {
          let points = points(shape, axis: axis, element, &generator)
          // Among them halves of a step, and what saturates.
          let values = points.places.enumerated().map { index, place -> Float in
            switch index % 7 {
            case 0: (Float(generator.below(64)) + 0.5) * points.scales[place]
            case 1 where index % 3 == 0:
              generator.pick([.nan, .infinity, -.infinity, 3e38, -3e38, -0.0, Float(bitPattern: 7)])
            default: generator.float() * Float(range.count) * points.scales[place]
            }
          }
          for hasZeros in [true, false] {
            let output = Buffer(count: (values.count * bytes(element) + 3) / 4)
            run(
              LinearQuantization(
                .quantizing, element, shape: shape, axis: axis, hasZeroPoints: hasZeros, instructionSet: set),
              inputs: [Buffer(values), Buffer(points.scales)]
                + (hasZeros ? [buffer(points.zeros, element)] : []), output: output, threads: threads)
            let expected = zip(values, points.places).map { value, place -> Int in
              let quotient = Double(Float(Double(value) / Double(points.scales[place])))
              let shifted =
                quotient.rounded(.toNearestOrEven) + (hasZeros ? Double(points.zeros[place]) : 0)
              guard !shifted.isNaN else { return 0 }
              return Int(min(max(shifted, Double(range.lowerBound)), Double(range.upperBound)))
            }
            #expect(numbers(output, element, count: values.count) == expected, "\(element) \(shape)")
            #expect(output.isIntact)
          }
        }
      }
    }
  }

  @Test(arguments: availableInstructionSets, [1, 2, 3])
  func dequantizing(set: InstructionSet, threads: Int) {
    var generator = Generator(seed: 4)
    for element in Self.elements {
      let range = range(element)
      for count in Self.counts {
        for (shape, axis) in shapes(count) {
          let points = points(shape, axis: axis, element, &generator)
          let values = points.places.map { _ in range.lowerBound + generator.below(range.count) }
          for hasZeros in [true, false] {
            let output = Buffer(count: values.count)
            run(
              LinearQuantization(
                .dequantizing, element, shape: shape, axis: axis, hasZeroPoints: hasZeros, instructionSet: set
              ),
              inputs: [buffer(values, element), Buffer(points.scales)]
                + (hasZeros ? [buffer(points.zeros, element)] : []), output: output, threads: threads)
            let expected = zip(values, points.places).map { value, place in
              Float(Double(value - (hasZeros ? points.zeros[place] : 0)) * Double(points.scales[place]))
            }
            #expect(Array(UnsafeBufferPointer(start: output.start, count: values.count)) == expected)
            #expect(output.isIntact)
          }
        }
      }
    }
  }

  /// The range, the scale and the zero point as ONNX defines them for DynamicQuantizeLinear; NaN do not count and become 0.
  @Test(arguments: availableInstructionSets, [1, 2, 3])
  func dynamic(set: InstructionSet, threads: Int) {
    var generator = Generator(seed: 5)
    for count in Self.counts + [2048, 4095, 10_000] {
      for kind in 0..<5 {
        var values = generator.floats(count)
        switch kind {
        case 1: values = values.map { abs($0) }
        case 2: values = values.map { -abs($0) - 1 }
        case 3: values = values.map { _ in 0 }
        case 4: values[count / 2] = generator.pick([.nan, .infinity, -.infinity])
        default: break
        }
        let kernel = DynamicQuantization(
          count: count, givesScale: true, givesZeroPoint: true, instructionSet: set)
        let output = Buffer(count: (count + 3) / 4)
        let (scale, zero) = (Buffer(count: 1), Buffer(count: 1))
        run(kernel, inputs: [Buffer(values)], outputs: [output, scale, zero], threads: threads)
        let finite = values.filter { !$0.isNaN }
        let range = ByteRange(lowest: min(0, finite.min() ?? 0), highest: max(0, finite.max() ?? 0))
        #expect(scale.start[0].bitPattern == range.scale.bitPattern)
        #expect(numbers(zero, .uint8, count: 1) == [Int(range.zero)])
        let expected = values.map { value -> Int in
          let index = (value / range.scale).rounded(.toNearestOrEven) + range.zero
          return index.isNaN ? 0 : Int(min(max(index, 0), 255))
        }
        #expect(numbers(output, .uint8, count: count) == expected)
        #expect(output.isIntact && scale.isIntact && zero.isIntact)
      }
    }
  }
}
