package import Analysis
internal import Network
package import Operators

/// One inference on given values: by a plan where all extents are known beforehand, by the interpreter where they follow from
/// the data.
package struct Inference: Sendable {
  /// Outputs in the network's order.
  package var outputs: [(name: String, value: RuntimeValue)]
  /// Whether weights that the file does not hold were made up.
  package var usesSyntheticWeights: Bool

  package init(
    _ inferred: InferredGraph, inputs: [String: RuntimeValue], options: PlanOptions = PlanOptions()
  ) throws(ExecutionError) {
    do throws(ExecutionError) {
      try self.init(planned: inferred, inputs, options)
    } catch {
      guard Self.needsInterpreter(error) else { throw error }
      try self.init(interpreted: inferred, inputs, options)
    }
  }

  private init(
    planned inferred: InferredGraph, _ inputs: [String: RuntimeValue], _ options: PlanOptions
  ) throws(ExecutionError) {
    let plan = try Plan(inferred, options: options)
    let executor = try Executor(plan)
    for (name, value) in inputs {
      guard let tensor = value.tensor else { throw .notStatic(value: name) }
      try executor.setInput(name, to: tensor)
    }
    try executor.run()
    outputs = []
    for port in plan.outputs { outputs.append((port.name, .tensor(try executor.output(port.name)))) }
    usesSyntheticWeights = plan.usesSyntheticWeights
  }

  private init(
    interpreted inferred: InferredGraph, _ inputs: [String: RuntimeValue], _ options: PlanOptions
  ) throws(ExecutionError) {
    let interpreter = Interpreter(inferred, limit: options.memoryLimit)
    let values = try interpreter.run(inputs)
    outputs = []
    for id in inferred.graph.outputs {
      let name = inferred.graph[id].name
      guard let value = values[name] else { throw .noOutput(name) }
      outputs.append((name, value))
    }
    usesSyntheticWeights = interpreter.usesSyntheticWeights
  }

  /// A plan is refused for what only the run can tell; every other refusal holds for the interpreter too.
  private static func needsInterpreter(_ error: ExecutionError) -> Bool {
    switch error {
    case .notStatic: true
    case .node(_, _, .needsValue), .node(_, _, .unsupported), .node(_, _, .noKernel): true
    default: false
    }
  }
}
