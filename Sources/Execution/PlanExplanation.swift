package import Kernels

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
    /// `rows` for dense row-major, `blocks of 16` and the border for images in blocks.
    package var layout: String
    package var reason: String
    package var packedWeightBytes: Int
    package var scratchBytesPerThread: Int
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
    switch step.work {
    case .prepared(let prepared):
      let choice = prepared.choice
      kernel = choice.kernel
      tile = choice.tile
      instructionSet = choice.instructionSet
      reason = choice.reason
      packedWeightBytes = prepared.packedWeightBytes
      scratchBytesPerThread = prepared.scratchBytesPerThread
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
    guard let blocked = operand?.blockedLayout else { return "rows" }
    return blocked.halo == 0
      ? "blocks of \(BlockedLayout.block)" : "blocks of \(BlockedLayout.block), border \(blocked.halo)"
  }
}
