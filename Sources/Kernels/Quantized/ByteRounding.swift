internal import CMicrokernels

/// How 32-bit sums become 8-bit numbers: `clamp(round((sum + bias) scale) + zero, low, high)`, halves to even. Zero points
/// and limits are those of unsigned bytes.
package struct ByteRounding: Sendable {
  /// One for each channel.
  package var bias: [Int32]
  /// One for each channel: the operands' scales over the result's.
  package var scale: [Float]
  package var zero: Int
  package var low: Int
  package var high: Int
  /// A sum with another image that is taken of the result.
  package var sum: ByteSum?

  package init(bias: [Int32], scale: [Float], zero: Int, low: Int = 0, high: Int = 255, sum: ByteSum? = nil) {
    self.bias = bias
    self.scale = scale
    self.zero = zero
    self.low = low
    self.high = high
    self.sum = sum
  }
}

/// The sum of two quantised images: `clamp(round(first firstScale + second secondScale + offset), low, high)`, where
/// `offset = zero - (firstScale firstZero + secondScale secondZero)`.
package struct ByteSum: Sendable {
  /// The operands' scales over the result's.
  package var firstScale: Float
  package var secondScale: Float
  package var firstZero: Int
  package var secondZero: Int
  package var zero: Int
  package var low: Int
  package var high: Int
  /// In a convolution: whether its own result is the first operand.
  package var resultIsFirst: Bool

  package init(
    firstScale: Float, secondScale: Float, firstZero: Int, secondZero: Int, zero: Int, low: Int = 0,
    high: Int = 255, resultIsFirst: Bool = true
  ) {
    self.firstScale = firstScale
    self.secondScale = secondScale
    self.firstZero = firstZero
    self.secondZero = secondZero
    self.zero = zero
    self.low = low
    self.high = high
    self.resultIsFirst = resultIsFirst
  }

  var offset: Float { Float(zero) - (firstScale * Float(firstZero) + secondScale * Float(secondZero)) }
}

/// A rounding's numbers where microkernels find them.
final class PackedRounding: Sendable {
  /// Biases, then scales, both padded with zeros to 16 channels.
  private let numbers: PackedFloats
  private let padded: Int
  private let rounding: ByteRounding

  /// - Parameter correction: added to the biases.
  init(_ rounding: ByteRounding, correction: [Int32]) throws(MemoryError) {
    let padded = (rounding.bias.count + 15) / 16 * 16
    numbers = try PackedFloats(count: 2 * padded) { target in
      for (channel, bias) in rounding.bias.enumerated() {
        target[channel] = Float(bitPattern: UInt32(bitPattern: bias &+ correction[channel]))
        target[padded + channel] = rounding.scale[channel]
      }
    }
    self.padded = padded
    self.rounding = rounding
  }

  var byteCount: Int { numbers.byteCount }

  /// For the channels from `channel` on of pixels `room` bytes apart.
  func task(from channel: Int, room: Int) -> assay_byte_rounding {
    var task = assay_byte_rounding()
    task.bias = UnsafeRawPointer(numbers.pointer + channel).assumingMemoryBound(to: Int32.self)
    task.scale = numbers.pointer + padded + channel
    (task.zero, task.low, task.high) = (Int32(rounding.zero), Int32(rounding.low), Int32(rounding.high))
    task.room = Int32(room)
    if let sum = rounding.sum {
      task.adds = 1
      task.result_is_first = sum.resultIsFirst ? 1 : 0
      (task.first_scale, task.second_scale, task.offset) = (sum.firstScale, sum.secondScale, sum.offset)
      (task.sum_low, task.sum_high) = (Int32(sum.low), Int32(sum.high))
    }
    return task
  }
}
