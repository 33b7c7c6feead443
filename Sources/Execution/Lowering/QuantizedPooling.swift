internal import Kernels
internal import Network
internal import Operators

/// The largest or the mean of the 8-bit numbers in each window, or of the whole image.
struct QuantizedPoolingOperation: PlannedOperation {
  let parameters: ConvolutionParameters
  let reduction: BlockedPooling.Reduction
  let input: Quantization
  let output: Quantization

  func byteLayoutRule(_ node: PlanNode, _ graph: PlanGraph) -> ByteLayoutRule? {
    ByteLayoutRule(
      halos: [0], zeros: [input.unsignedZero], shape: .image)
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let image = preparation.bytes(0), let target = preparation.outputBytes else { return nil }
    let reduction: QuantizedPooling.Reduction =
      switch reduction {
      case .maximum: .maximum
      case .average(let countingPadding):
        .average(
          countingPadding: countingPadding, inputZero: input.unsignedZero, outputZero: output.unsignedZero,
          scale: input.scale / output.scale)
      }
    do {
      return try QuantizedPooling(
        parameters, reduction: reduction, input: image, output: target,
        instructionSet: preparation.options.instructionSet)
    } catch {
      throw .unsupported("this quantised pooling")
    }
  }
}
