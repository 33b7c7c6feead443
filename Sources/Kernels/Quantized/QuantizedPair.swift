internal import CMicrokernels

/// The sum or product of two images of 8-bit numbers.
package struct QuantizedPair: PreparedKernel {
  package enum Function: Sendable {
    case sum(ByteSum)
    /// `clamp(round((first - firstZero) (second - secondZero) scale) + zero, low, high)`
    case product(ByteProduct)
  }

  package struct ByteProduct: Sendable {
    /// The product of the operands' scales over the result's.
    package var scale: Float
    package var firstZero: Int
    package var secondZero: Int
    package var zero: Int
    package var low: Int
    package var high: Int

    package init(scale: Float, firstZero: Int, secondZero: Int, zero: Int, low: Int = 0, high: Int = 255) {
      self.scale = scale
      self.firstZero = firstZero
      self.secondZero = secondZero
      self.zero = zero
      self.low = low
      self.high = high
    }
  }

  package let choice: KernelChoice
  private let work: UnsafeBox<assay_byte_pair>
  private let output: ByteImageLayout

  package init(
    _ function: Function, _ first: ByteImageLayout, _ second: ByteImageLayout, output: ByteImageLayout,
    instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) {
    for input in [first, second] {
      var same = input
      (same.halo, same.border) = (output.halo, output.border)
      guard same == output else { throw .layout }
    }
    var work = assay_byte_pair()
    (work.first, work.second, work.out) = (first.image, second.image, output.image)
    let name: String
    switch function {
    case .sum(let sum):
      name = "sum"
      (work.first_scale, work.second_scale, work.offset) = (sum.firstScale, sum.secondScale, sum.offset)
      (work.low, work.high) = (Int32(sum.low), Int32(sum.high))
    case .product(let product):
      name = "product"
      work.multiplies = 1
      work.first_scale = product.scale
      (work.first_zero, work.second_zero) = (Int32(product.firstZero), Int32(product.secondZero))
      (work.zero, work.low, work.high) = (Int32(product.zero), Int32(product.low), Int32(product.high))
    }
    self.work = UnsafeBox(work)
    self.output = output
    choice = KernelChoice(kernel: "\(name), 8-bit integers", instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    writeBorder(output, call)
    let rows = call.share(of: output.rows)
    assay_byte_pair_rows(
      choice.instructionSet.code, work.pointer, call.inputs[0].assumingMemoryBound(to: UInt8.self),
      call.inputs[1].assumingMemoryBound(to: UInt8.self),
      call.outputs[0].assumingMemoryBound(to: UInt8.self),
      Int64(rows.lowerBound), Int64(rows.upperBound))
  }
}
