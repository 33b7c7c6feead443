package import Kernels
internal import Network

/// What a plan chose for each step, for a reader.
package struct PlanExplanation: Sendable {
  package var steps: [Row]

  package struct Row: Sendable {
    package var step: StepID
    /// The name of the first node of the file in the step.
    package var name: String
    /// What the step does for the file: its operators in order. Empty for a change of layout.
    package var operators: [String]
    /// The kernel, or `operator's own` where none was prepared.
    package var kernel: String
    /// Of the register tile; empty where there is none.
    package var tile: String
    package var instructionSet: InstructionSet?
    /// `rows` for dense row-major, `blocks of 16` or `channels last` and the border for images.
    package var layout: String
    package var reason: String
    package var packedWeightBytes: Int
    package var scratchBytesPerThread: Int
    /// Bytes that the step cannot do without moving: what it reads and writes in its layouts, constants that it reads
    /// in place left out, and its packed weights.
    package var movedBytes: Int
    /// Whether the products are of 8-bit integers.
    package var isInteger: Bool
  }

  package init(_ plan: Plan) {
    steps = plan.steps.enumerated().map { index, step in Row(StepID(index), step) }
  }
}

extension PlanExplanation.Row {
  fileprivate init(_ id: StepID, _ step: Step) {
    self.step = id
    name = step.name
    operators = step.operators
    layout = Self.layout(step.outputs.first ?? nil)
    movedBytes = step.movedOperandBytes
    isInteger = step.outputs.contains { $0?.element == .int8 || $0?.element == .uint8 }
    switch step.work {
    case .prepared(let prepared):
      let choice = prepared.choice
      kernel = choice.kernel
      tile = choice.tile
      instructionSet = choice.instructionSet
      reason = choice.reason
      packedWeightBytes = prepared.packedWeightBytes
      scratchBytesPerThread = prepared.scratchBytesPerThread
      movedBytes += packedWeightBytes
    case .general:
      kernel = "operator's own"
      tile = ""
      instructionSet = nil
      reason = "no kernel is prepared for this operator, element type or shape"
      packedWeightBytes = 0
      scratchBytesPerThread = 0
    }
  }

  private static func layout(_ operand: Step.Operand?) -> String {
    if let bytes = operand?.byteLayout {
      return bytes.halo == 0 ? "channels last" : "channels last, border \(bytes.halo)"
    }
    guard let blocked = operand?.blockedLayout else { return "rows" }
    return blocked.halo == 0
      ? "blocks of \(BlockedLayout.block)" : "blocks of \(BlockedLayout.block), border \(blocked.halo)"
  }
}

extension Step {
  /// Operators that read no more of their input than they write.
  private static let selecting: Set<String> = ["Gather", "Slice", "Split", "GatherElements", "GatherND"]

  /// The bytes of the operands, except constants.
  fileprivate var movedOperandBytes: Int {
    let written = outputs.reduce(0) { $0 + ($1?.storedByteCount ?? 0) }
    let read = inputs.reduce(0) { $0 + (($1?.isConstant ?? true) ? 0 : $1?.storedByteCount ?? 0) }
    return written + (operators.allSatisfy(Self.selecting.contains) ? min(read, written) : read)
  }
}

extension Step.Operand {
  fileprivate var isConstant: Bool {
    if case .constant = location { true } else { false }
  }

  fileprivate var storedByteCount: Int {
    blockedLayout?.byteCount ?? byteLayout?.byteCount ?? TensorType(element, Shape(dimensions)).byteCount ?? 0
  }
}
