internal import Kernels
internal import Network
internal import Operators

/// The steps of a plan with the addresses of their tensors, ready to be called.
///
/// A class because it owns the tables of addresses and remembers the first failure of a run.
final class StepCalls {
  enum Work {
    case prepared(
      any PreparedKernel, inputs: UnsafeMutablePointer<UnsafeRawPointer>,
      outputs: UnsafeMutablePointer<UnsafeMutableRawPointer>, phases: Int)
    case general(GeneralCall)
  }

  private(set) var works: [Work] = []
  private let arena: UnsafeMutableRawPointer
  private let inputs: [TensorBuffer]
  private let constants: [DenseTensor]
  private let inputTable: UnsafeMutablePointer<UnsafeRawPointer>
  private let outputTable: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private var failure: ExecutionError?

  var count: Int { works.count }

  init(_ plan: Plan, arena: UnsafeMutableRawPointer, inputs: [TensorBuffer]) {
    self.arena = arena
    self.inputs = inputs
    constants = plan.constants
    inputTable = .allocate(capacity: plan.steps.reduce(1) { $0 + $1.inputs.count })
    outputTable = .allocate(capacity: plan.steps.reduce(1) { $0 + $1.outputs.count })
    var (nextInput, nextOutput) = (inputTable, outputTable)
    for step in plan.steps {
      switch step.work {
      case .general(let kernel):
        works.append(.general(GeneralCall(kernel, step, self)))
      case .prepared(let kernel):
        works.append(.prepared(kernel, inputs: nextInput, outputs: nextOutput, phases: kernel.phases))
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

  func run(_ call: GeneralCall) {
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
