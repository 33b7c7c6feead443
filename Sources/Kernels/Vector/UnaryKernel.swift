internal import CMicrokernels

/// Applies functions of one variable, one after the other, to each of `count` floats: input 0 to output 0, which may be
/// the same buffer.
package struct UnaryKernel: PreparedKernel {
  package let choice: KernelChoice
  private let functions: [UnaryFunction]
  private let count: Int
  private let isa: assay_isa

  package init(_ functions: [UnaryFunction], count: Int, instructionSet: InstructionSet = .native) {
    self.functions = functions.isEmpty ? [.identity] : functions
    self.count = count
    isa = instructionSet.code
    choice = KernelChoice(kernel: "elementwise", instructionSet: instructionSet)
  }

  package init(_ function: UnaryFunction, count: Int, instructionSet: InstructionSet = .native) {
    self.init([function], count: count, instructionSet: instructionSet)
  }

  /// A chain is applied to so many values at a time, which stay in L1.
  private static let chunk = 4096

  package func run(_ call: borrowing KernelCall) {
    let share = call.lineShare(of: count)
    let step = functions.count == 1 ? max(share.count, 1) : Self.chunk
    for start in stride(from: share.lowerBound, to: share.upperBound, by: step) {
      let length = min(step, share.upperBound - start)
      let target = call.output(0) + start
      var source = call.input(0) + start
      for function in functions {
        function.apply(source, to: target, count: length, isa: isa)
        source = UnsafePointer(target)
      }
    }
  }
}

extension UnaryFunction {
  func apply(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int, isa: assay_isa
  ) {
    let (function, parameters) = code
    withUnsafeBytes(of: parameters) {
      assay_unary_run(
        isa, function, source, target, count, $0.assumingMemoryBound(to: Float.self).baseAddress)
    }
  }
}
