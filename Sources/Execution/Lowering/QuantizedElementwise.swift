internal import Kernels
internal import Network
internal import Operators

/// The sum of two tensors of 8-bit numbers of the same shape.
struct QuantizedSumOperation: PlannedOperation {
  let first: Quantization
  let second: Quantization
  let output: Quantization
  let limits: ClosedRange<Int>
  let shape: ByteShape

  var overwritableInputs: [Int] { [0, 1] }

  func byteLayoutRule(_ node: PlanNode, _ graph: PlanGraph) -> ByteLayoutRule? {
    ByteLayoutRule(
      halos: [0, 0], zeros: [first.unsignedZero, second.unsignedZero], shape: shape)
  }

  func byteSum(resultIsFirst: Bool = true) -> ByteSum {
    ByteSum(
      firstScale: first.scale / output.scale, secondScale: second.scale / output.scale,
      firstZero: first.unsignedZero, secondZero: second.unsignedZero, zero: output.unsignedZero,
      low: limits.lowerBound, high: limits.upperBound, resultIsFirst: resultIsFirst)
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    try preparePair(preparation, .sum(byteSum()))
  }
}

/// The product of two tensors of 8-bit numbers of the same shape.
struct QuantizedProductOperation: PlannedOperation {
  let first: Quantization
  let second: Quantization
  let output: Quantization
  let limits: ClosedRange<Int>
  let shape: ByteShape

  func byteLayoutRule(_ node: PlanNode, _ graph: PlanGraph) -> ByteLayoutRule? {
    ByteLayoutRule(
      halos: [0, 0], zeros: [first.unsignedZero, second.unsignedZero], shape: shape)
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    try preparePair(
      preparation,
      .product(
        .init(
          scale: first.scale * second.scale / output.scale, firstZero: first.unsignedZero,
          secondZero: second.unsignedZero, zero: output.unsignedZero, low: limits.lowerBound,
          high: limits.upperBound)))
  }
}

private func preparePair(
  _ preparation: Preparation, _ function: QuantizedPair.Function
) throws(OperatorError) -> (any PreparedKernel)? {
  guard let first = preparation.bytes(0), let second = preparation.bytes(1),
    let output = preparation.outputBytes
  else { return nil }
  do {
    return try QuantizedPair(
      function, first, second, output: output, instructionSet: preparation.options.instructionSet)
  } catch {
    throw .unsupported("this quantised sum or product")
  }
}

/// Tensors of 8-bit numbers one behind the other along the channels, or one tensor, each number changed by itself.
struct QuantizedChannelsOperation: PlannedOperation {
  let inputs: [Quantization]
  let output: Quantization
  let limits: ClosedRange<Int>
  let function: UnaryFunction
  let shape: ByteShape

  func byteLayoutRule(_ node: PlanNode, _ graph: PlanGraph) -> ByteLayoutRule? {
    ByteLayoutRule(
      halos: inputs.map { _ in 0 }, zeros: inputs.map(\.unsignedZero), shape: shape)
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    let layouts = inputs.indices.compactMap { preparation.bytes($0) }
    guard layouts.count == inputs.count, let target = preparation.outputBytes else { return nil }
    do {
      return try QuantizedChannels(
        layouts, tables: inputs.map { table($0) }, output: target,
        name: inputs.count == 1 ? "table of 8-bit integers" : "concatenation, 8-bit integers",
        instructionSet: preparation.options.instructionSet)
    } catch {
      throw .unsupported("this quantised concatenation")
    }
  }

  /// For each number of an input that of the output; nil if they are all the same.
  private func table(_ input: Quantization) -> [UInt8]? {
    let numbers = (0..<256).map { input.value($0) }
    let entries = function.applied(to: numbers).map { value in
      UInt8(min(max(output.unsigned(value), limits.lowerBound), limits.upperBound))
    }
    return entries == (0..<256).map { UInt8($0) } ? nil : entries
  }
}

extension UnaryFunction {
  /// The function of each of `values`.
  fileprivate func applied(to values: [Float]) -> [Float] {
    guard self != .identity else { return values }
    let kernel = UnaryKernel(self, count: values.count, instructionSet: .portable)
    var result = values
    var scratch: [UInt64] = Array(repeating: 0, count: kernel.scratchBytesPerThread / 8 + 1)
    values.withUnsafeBytes { source in
      result.withUnsafeMutableBytes { target in
        scratch.withUnsafeMutableBytes { scratch in
          guard let source = source.baseAddress, let target = target.baseAddress,
            let scratch = scratch.baseAddress
          else { return }
          withUnsafePointer(to: source) { inputs in
            withUnsafePointer(to: target) { outputs in
              kernel.run(
                KernelCall(inputs: inputs, outputs: outputs, scratch: scratch, sharedScratch: scratch))
            }
          }
        }
      }
    }
    return result
  }
}
