internal import CMicrokernels

/// Writes `count` numbers in another element type: floats to integers toward 0, what does not fit wrapped around.
package struct ElementConversion: PreparedKernel {
  package enum Element: Sendable, Equatable, CaseIterable {
    case float32, int64, int32, int8, uint8, bool

    fileprivate var code: assay_element {
      switch self {
      case .float32: assay_as_float32
      case .int64: assay_as_int64
      case .int32: assay_as_int32
      case .int8: assay_as_int8
      case .uint8: assay_as_uint8
      case .bool: assay_as_bool
      }
    }

    fileprivate var byteCount: Int {
      switch self {
      case .float32, .int32: 4
      case .int64: 8
      case .int8, .uint8, .bool: 1
      }
    }
  }

  package let choice: KernelChoice
  private let source: Element
  private let target: Element
  private let count: Int

  package init(
    from source: Element, to target: Element, count: Int, instructionSet: InstructionSet = .native
  ) {
    self.source = source
    self.target = target
    self.count = count
    choice = KernelChoice(kernel: "\(source) to \(target)", instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    let share = call.lineShare(of: count)
    assay_convert_elements(
      choice.instructionSet.code, source.code, target.code,
      call.inputs[0] + share.lowerBound * source.byteCount,
      call.outputs[0] + share.lowerBound * target.byteCount, share.count)
  }
}
