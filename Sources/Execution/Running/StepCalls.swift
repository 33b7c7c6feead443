internal import Kernels
internal import Network
internal import Operators

/// The steps of a plan with the addresses of their tensors, as stages that threads share.
///
/// Owns the tables of addresses and remembers the first failure of a run. Unchecked, because the one thing that changes,
/// that failure, is written in stages of one part, and read when they are over.
final class StepCalls: StagedWork, @unchecked Sendable {
  /// One phase of a step.
  private struct Stage {
    var work: Work
    var parts: Int
  }

  private enum Work {
    case prepared(
      any PreparedKernel, phase: Int, inputs: UnsafePointer<UnsafeRawPointer>,
      outputs: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer, layout: StepScratch)
    case general(GeneralCall)
  }

  private var stages: [Stage] = []
  private var stagesOfStep: [Range<Int>] = []
  private let arena: UnsafeMutableRawPointer
  private let inputs: [TensorBuffer]
  private let constants: [DenseTensor]
  private let inputTable: UnsafeMutablePointer<UnsafeRawPointer>
  private let outputTable: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private var failure: ExecutionError?

  /// All stages of all steps.
  var all: Range<Int> { stages.indices }

  init(_ plan: Plan, arena: UnsafeMutableRawPointer, inputs: [TensorBuffer]) {
    self.arena = arena
    self.inputs = inputs
    constants = plan.constants
    inputTable = .allocate(capacity: plan.steps.reduce(1) { $0 + $1.inputs.count })
    outputTable = .allocate(capacity: plan.steps.reduce(1) { $0 + $1.outputs.count })
    var (nextInput, nextOutput) = (inputTable, outputTable)
    for step in plan.steps {
      let first = stages.count
      switch step.work {
      case .general(let kernel):
        stages.append(Stage(work: .general(GeneralCall(kernel, step, self)), parts: 1))
      case .prepared(let kernel):
        for phase in 0..<kernel.phases {
          let work = Work.prepared(
            kernel, phase: phase, inputs: UnsafePointer(nextInput), outputs: UnsafePointer(nextOutput),
            scratch: arena + step.scratch, layout: StepScratch(kernel))
          stages.append(Stage(work: work, parts: kernel.parts(threads: plan.threads)))
        }
        for operand in step.inputs {
          nextInput.initialize(
            to: operand.map { UnsafeRawPointer(address($0.location)) } ?? UnsafeRawPointer(arena))
          nextInput += 1
        }
        for operand in step.outputs {
          nextOutput.initialize(to: operand.map { address($0.location) } ?? arena)
          nextOutput += 1
        }
      }
      stagesOfStep.append(first..<stages.count)
    }
  }

  deinit {
    inputTable.deallocate()
    outputTable.deallocate()
  }

  func address(_ location: Plan.Location) -> UnsafeMutableRawPointer {
    switch location {
    case .arena(let offset): arena + offset
    case .constant(let index): constants[index].buffer.base
    case .input(let index): inputs[index].base
    }
  }

  func stages(of step: StepID) -> Range<Int> { stagesOfStep[step.index] }

  func parts(of stage: Int) -> Int { stages[stage].parts }

  func run(_ stage: Int, part: Int, of parts: Int, thread: Int) {
    switch stages[stage].work {
    case .general(let call):
      run(call)
    case .prepared(let kernel, let phase, let inputs, let outputs, let scratch, let layout):
      kernel.run(
        KernelCall(
          inputs: inputs, outputs: outputs, scratch: scratch + layout.offset(ofThread: thread),
          sharedScratch: scratch, phase: phase, part: part, parts: parts))
    }
  }

  private func run(_ call: GeneralCall) {
    guard failure == nil else { return }
    do throws(OperatorError) {
      try call.run()
    } catch {
      failure = .node(call.name, operatorName: call.operatorName, error)
    }
  }

  /// Throws what stopped the run that has just ended, and forgets it.
  func throwFailure() throws(ExecutionError) {
    guard let failure else { return }
    self.failure = nil
    throw failure
  }
}

/// A step that an operator's own `run` executes, on tensors in the arena.
final class GeneralCall {
  let name: String
  let operatorName: String
  private let kernel: any Operator
  private let inputs: [RuntimeValue?]
  private let planned: [RuntimeValue?]

  init(_ kernel: any Operator, _ step: Step, _ calls: StepCalls) {
    name = step.name
    operatorName = step.operators.first ?? ""
    self.kernel = kernel
    func values(_ operands: [Step.Operand?]) -> [RuntimeValue?] {
      operands.map { operand in
        operand.map { operand in
          let bytes = TensorType(operand.element, Shape(operand.dimensions)).byteCount ?? 0
          let buffer = TensorBuffer(
            borrowing: calls.address(operand.location), byteCount: bytes, owner: nil)
          return .tensor(DenseTensor(operand.element, operand.dimensions, buffer: buffer))
        }
      }
    }
    planned = values(step.outputs)
    inputs = values(step.inputs)
  }

  func run() throws(OperatorError) {
    let context = KernelContext(inputs: inputs, outputCount: planned.count)
    context.outputs = planned
    try kernel.run(context)
    for (index, planned) in planned.enumerated() {
      guard let planned = planned?.tensor else { continue }
      guard let made = context.outputs[index]?.tensor, made.element == planned.element,
        made.byteCount == planned.byteCount
      else { throw .shape(input: 0, reason: "the run gave another shape than the plan") }
      if made.buffer.base != planned.buffer.base {
        planned.buffer.base.copyMemory(from: made.buffer.base, byteCount: planned.byteCount)
      }
    }
  }
}
