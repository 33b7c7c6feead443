internal import Kernels
internal import Network
package import Operators

/// Runs a plan, as often as wanted, on a number of threads. Steps with a prepared kernel allocate nothing.
///
/// Holds the arena and the inputs; one run at a time.
package final class Executor {
  package let plan: Plan
  private let pool: ThreadPool
  private let arena: Arena
  private let inputs: [TensorBuffer]
  private var isSet: [Bool]
  private let calls: StepCalls

  /// The threads that work: those asked for, at most as many as there are cores.
  package var threads: Int { pool.threads }

  package init(_ plan: Plan) throws(ExecutionError) {
    self.plan = plan
    do throws(MemoryError) {
      arena = try Arena(byteCount: plan.arenaBytes + 64)
    } catch {
      throw .outOfMemory(bytes: plan.arenaBytes)
    }
    inputs = plan.inputs.map { TensorBuffer(byteCount: $0.type.byteCount ?? 0) }
    isSet = plan.inputs.map { _ in false }
    calls = StepCalls(plan, arena: arena.base, inputs: inputs)
    pool = ThreadPool(threads: plan.threads, work: calls)
  }

  /// Copies `value` to the input `name`; it stays set for all runs that follow.
  package func setInput(_ name: String, to value: DenseTensor) throws(ExecutionError) {
    guard let index = plan.inputs.firstIndex(where: { $0.name == name }) else { throw .noInput(name) }
    let expected = plan.inputs[index].type
    guard value.type == expected else { throw .inputType(name: name, expected: expected, found: value.type) }
    inputs[index].base.copyMemory(from: value.buffer.base, byteCount: value.byteCount)
    isSet[index] = true
  }

  /// A copy of the output `name` of the last run.
  package func output(_ name: String) throws(ExecutionError) -> DenseTensor {
    guard let port = plan.outputs.first(where: { $0.name == name }) else { throw .noOutput(name) }
    let copy = DenseTensor(
      port.element, port.dimensions, buffer: TensorBuffer(byteCount: port.type.byteCount ?? 0))
    copy.buffer.base.copyMemory(from: calls.address(port.location), byteCount: copy.byteCount)
    return copy
  }

  /// Runs all steps.
  package func run() throws(ExecutionError) {
    try checkInputs()
    pool.run(calls.all)
    try calls.throwFailure()
  }

  /// Runs all steps, each through `call`, which must call what it is given once: what it does around that is
  /// outside the step.
  package func run(each call: (StepID, () -> Void) -> Void) throws(ExecutionError) {
    try checkInputs()
    for step in plan.steps.indices {
      let stages = calls.stages(of: StepID(step))
      call(StepID(step)) { pool.run(stages) }
    }
    try calls.throwFailure()
  }

  private func checkInputs() throws(ExecutionError) {
    for (port, isSet) in zip(plan.inputs, isSet) where !isSet { throw .inputNotSet(port.name) }
  }
}
