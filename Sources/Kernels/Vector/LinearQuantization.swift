internal import CMicrokernels

/// An integer type of tensors whose numbers stand for `scale (q - zero point)`.
package enum QuantizedElement: Sendable, Equatable {
  case uint8, int8, uint16, int16
  /// Sums of products: only to floats.
  case int32

  var code: assay_quantized_element {
    switch self {
    case .uint8: assay_quantized_as_uint8
    case .int8: assay_quantized_as_int8
    case .uint16: assay_quantized_as_uint16
    case .int16: assay_quantized_as_int16
    case .int32: assay_quantized_as_int32
    }
  }

  var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16: 2
    case .int32: 4
    }
  }
}

/// Floats to integers, `clamp(round(x / scale) + zero)`, or back, `(q - zero) scale`, in row-major tensors.
///
/// Inputs: the numbers, the scales and, if there are any, the zero points, of the integers' type: one of each, or one for
/// each place along an axis.
package struct LinearQuantization: PreparedKernel {
  package enum Direction: Sendable, Equatable { case quantizing, dequantizing }

  package let choice: KernelChoice
  private let direction: Direction
  private let element: QuantizedElement
  private let hasZeroPoints: Bool
  private let rows: BroadcastRows

  /// - Parameters:
  ///   - shape: of the numbers.
  ///   - axis: along which scales lie; nil for one scale.
  package init(
    _ direction: Direction, _ element: QuantizedElement, shape: [Int], axis: Int?, hasZeroPoints: Bool,
    instructionSet: InstructionSet = .native
  ) {
    precondition(direction == .dequantizing || element != .int32, "there is no rounding to 32 bits")
    self.direction = direction
    self.element = element
    self.hasZeroPoints = hasZeroPoints
    let scales = shape.indices.map { $0 == axis ? shape[$0] : 1 }
    rows = BroadcastRows(.broadcasting([shape, scales], to: shape))
    choice = KernelChoice(
      kernel: direction == .quantizing ? "floats to integers" : "integers to floats",
      instructionSet: instructionSet, reason: rows.explanation)
  }

  package func run(_ call: borrowing KernelCall) {
    let isa = choice.instructionSet.code
    let (source, target, scales) = (call.inputs[0], call.outputs[0], call.input(1))
    let zeros = hasZeroPoints ? call.inputs[2] : nil
    let float = MemoryLayout<Float>.stride
    rows.forEachBlock(of: call) { block in
      for row in 0..<block.rows {
        let place = block.offset(1) + row * rows.rowStride(1)
        let start = block.offset(0) + row * rows.rowStride(0)
        var quantization = assay_quantization()
        quantization.scale = scales + place
        quantization.zero = zeros.map { $0 + place * element.byteCount }
        quantization.each = Int32(rows.step(1))
        switch direction {
        case .quantizing:
          let from = (source + start * float).assumingMemoryBound(to: Float.self)
          assay_quantize_values(
            isa, element.code, &quantization, from, target + start * element.byteCount, block.count)
        case .dequantizing:
          let to = (target + start * float).assumingMemoryBound(to: Float.self)
          assay_dequantize_values(
            isa, element.code, &quantization, source + start * element.byteCount, to, block.count)
        }
      }
    }
  }
}
