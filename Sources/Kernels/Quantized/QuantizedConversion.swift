internal import CMicrokernels

/// Between images of 8-bit numbers and row-major tensors `N, C, H, W`.
package struct QuantizedConversion: PreparedKernel {
  package enum Direction: Sendable, Equatable {
    /// From floats: `clamp(round(x / scale) + zero, low, high)`.
    case quantize(scale: Float, zero: Int, low: Int, high: Int)
    /// To floats: `scale (q - zero)`.
    case dequantize(scale: Float, zero: Int)
    /// From bytes, signed or not.
    case fromBytes(isSigned: Bool)
    /// To bytes, signed or not.
    case toBytes(isSigned: Bool)
  }

  package let choice: KernelChoice
  private let direction: Direction
  private let layout: ByteImageLayout

  package init(
    _ direction: Direction, layout: ByteImageLayout, instructionSet: InstructionSet = .native
  ) {
    self.direction = direction
    self.layout = layout
    let name =
      switch direction {
      case .quantize: "floats to 8-bit integers"
      case .dequantize: "8-bit integers to floats"
      case .fromBytes, .toBytes: "change of layout, 8-bit integers"
      }
    choice = KernelChoice(kernel: name, instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    var image = layout.image
    let rows = call.share(of: layout.rows)
    let (first, last) = (Int64(rows.lowerBound), Int64(rows.upperBound))
    let bytes = call.inputs[0].assumingMemoryBound(to: UInt8.self)
    let target = call.outputs[0].assumingMemoryBound(to: UInt8.self)
    switch direction {
    case .quantize(let scale, let zero, let low, let high):
      writeBorder(layout, call)
      assay_byte_quantize_rows(
        choice.instructionSet.code, &image, call.inputs[0].assumingMemoryBound(to: Float.self), target, scale,
        Int32(zero), Int32(low), Int32(high), first, last)
    case .dequantize(let scale, let zero):
      assay_byte_dequantize_rows(
        choice.instructionSet.code, &image, bytes, call.outputs[0].assumingMemoryBound(to: Float.self), scale,
        Int32(zero), first, last)
    case .fromBytes(let isSigned):
      writeBorder(layout, call)
      assay_byte_from_planes(&image, bytes, target, isSigned ? 128 : 0, first, last)
    case .toBytes(let isSigned):
      assay_byte_to_planes(&image, bytes, target, isSigned ? 128 : 0, first, last)
    }
  }
}
