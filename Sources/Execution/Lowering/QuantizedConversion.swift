internal import Kernels
internal import Network
internal import Operators

/// Floats to 8-bit numbers in the layout of integer kernels.
struct QuantizeOperation: PlannedOperation {
  let output: Quantization
  let shape: ByteShape

  func byteLayoutRule(_ node: PlanNode, _ graph: PlanGraph) -> ByteLayoutRule? {
    ByteLayoutRule(halos: [nil], zeros: [0], shape: shape)
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let layout = preparation.outputBytes else { return nil }
    return QuantizedConversion(
      .quantize(scale: output.scale, zero: output.unsignedZero, low: 0, high: 255), layout: layout,
      instructionSet: preparation.options.instructionSet)
  }
}

/// 8-bit numbers in the layout of integer kernels to floats.
struct DequantizeOperation: PlannedOperation {
  let input: Quantization
  let shape: ByteShape

  func byteLayoutRule(_ node: PlanNode, _ graph: PlanGraph) -> ByteLayoutRule? {
    ByteLayoutRule(
      halos: [0], zeros: [input.unsignedZero], shape: shape, makesImage: false)
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let layout = preparation.bytes(0) else { return nil }
    return QuantizedConversion(
      .dequantize(scale: input.scale, zero: input.unsignedZero), layout: layout,
      instructionSet: preparation.options.instructionSet)
  }
}

/// 8-bit numbers from or to the row-major layout.
struct ByteLayoutChangeOperation: PlannedOperation {
  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    let isSigned = preparation.value(0)?.element == .int8
    let instructionSet = preparation.options.instructionSet
    if let layout = preparation.outputBytes {
      return QuantizedConversion(
        .fromBytes(isSigned: isSigned), layout: layout, instructionSet: instructionSet)
    }
    guard let layout = preparation.bytes(0) else { return nil }
    return QuantizedConversion(.toBytes(isSigned: isSigned), layout: layout, instructionSet: instructionSet)
  }
}
