/// `activation(scale x + shift)` of a dense tensor `N, C, ...`, with a number of each for each channel: input 0 to output 0, which may be
/// the same buffer.
package struct ChannelAffineKernel: PreparedKernel {
  package let choice: KernelChoice
  private let scale: [Float]
  private let shift: [Float]
  private let activation: UnaryFunction
  private let planes: Int
  private let planeSize: Int

  /// - Parameters:
  ///   - batch: the extent of the first axis.
  ///   - planeSize: elements of one channel of one batch item.
  package init(
    scale: [Float], shift: [Float], batch: Int, planeSize: Int, activation: UnaryFunction = .identity,
    instructionSet: InstructionSet = .native
  ) {
    precondition(scale.count == shift.count, "each channel has a scale and a shift")
    self.scale = scale
    self.shift = shift
    self.activation = activation
    planes = batch * scale.count
    self.planeSize = planeSize
    choice = KernelChoice(kernel: "affine by channel", instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    let isa = choice.instructionSet.code
    for plane in call.share(of: planes) {
      let channel = plane % scale.count
      let source = call.input(0) + plane * planeSize
      let target = call.output(0) + plane * planeSize
      UnaryFunction.scaleShift(scale: scale[channel], shift: shift[channel])
        .apply(source, to: target, count: planeSize, isa: isa)
      if activation != .identity {
        activation.apply(UnsafePointer(target), to: target, count: planeSize, isa: isa)
      }
    }
  }
}
