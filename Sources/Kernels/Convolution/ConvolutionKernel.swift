/// How a convolution finds its input.
package enum ConvolutionInput: Sendable, Equatable {
  case blocked(BlockedLayout)
  /// `N, C, H, W` without borders.
  case planar
}

/// Chooses and prepares the kernel of a convolution.
package enum ConvolutionKernel {
  /// From this many channels on a planar input is brought into blocks first.
  private static let widestPlanarInput = 8

  /// Prepares `y = activation(w * x + bias + residual)`.
  ///
  /// A run reads `inputs[0]`, the image, and with `residual` `inputs[1]`, a tensor in the output's layout which may
  /// be the output buffer itself; it writes `outputs[0]`, border and padded channels included. All buffers are
  /// 64-byte aligned. A blocked input stored with a halo of at least `parameters.halo` is read in place; any other is first
  /// copied to shared scratch, in a phase of its own.
  ///
  /// - Parameters:
  ///   - weights: `O, I / groups, KH, KW`; copied.
  ///   - bias: one number for each output channel; copied.
  ///   - arithmetic: whether Winograd's algorithm may be used where it is faster.
  package static func prepare(
    _ parameters: ConvolutionParameters, input: ConvolutionInput, output: BlockedLayout,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, activation: FusedActivation = .none,
    residual: Bool = false, arithmetic: ConvolutionArithmetic = .fastest,
    instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) -> any PreparedKernel {
    guard output.batch == parameters.batch, output.channels == parameters.outputChannels,
      output.height == parameters.output.height, output.width == parameters.output.width
    else { throw .layout }
    if case .blocked(let layout) = input {
      guard layout.batch == parameters.batch, layout.channels == parameters.inputChannels,
        layout.height == parameters.input.height, layout.width == parameters.input.width
      else { throw .layout }
    }
    do throws(MemoryError) {
      if case .planar = input, parameters.groups == 1, parameters.inputChannels <= widestPlanarInput {
        return try PlanarConvolution(
          parameters, output: output, weights: weights, bias: bias, activation: activation,
          residual: residual, instructionSet: instructionSet)
      }
      if let form = WinogradForm.chosen(for: parameters, arithmetic: arithmetic),
        case .blocked(let layout) = input
      {
        return try WinogradConvolution(
          parameters, form: form, input: layout, output: output, weights: weights, bias: bias,
          activation: activation, residual: residual, instructionSet: instructionSet)
      }
      return try DirectConvolution(
        parameters, input: input, output: output, weights: weights, bias: bias, activation: activation,
        residual: residual, instructionSet: instructionSet)
    } catch {
      throw .memory(error)
    }
  }
}

/// Which algorithms a convolution may use.
package enum ConvolutionArithmetic: Sendable, Equatable {
  /// The sum as it is defined; relative error about 1e-7.
  case direct
  /// Winograd where it is estimated to be faster; relative error up to about 3e-6.
  case fastest
  /// Winograd with this form wherever the parameters allow it.
  case winograd(WinogradForm)
}
