package import Analysis
internal import Kernels
internal import Network
internal import Operators

extension Plan {
  /// Makes the plan of a network whose values all have known extents.
  package init(_ inferred: InferredGraph, options: PlanOptions = PlanOptions()) throws(ExecutionError) {
    var graph = try PlanGraph(inferred)
    graph.removeDeadNodes()
    if options.isOptimized {
      Widening.run(&graph)
      try WeightTranspositions.run(&graph)
      try QuantizationRecognition.run(&graph)
    }
    graph.removeDeadNodes()
    try ConstantFolding.run(&graph)
    graph.removeDeadNodes()
    ViewRecognition.run(&graph)
    if options.isOptimized {
      AliasElimination.run(&graph)
      try Optimization.run(&graph, options)
    }
    try self.init(graph, options)
  }

  private init(_ optimized: PlanGraph, _ options: PlanOptions) throws(ExecutionError) {
    var graph = optimized
    try graph.checkIsStatic()
    let slices = options.isOptimized ? ConcatElimination.run(&graph) : ConcatSlices()
    var kernels: [(any PreparedKernel)?] = []
    kernels.reserveCapacity(graph.nodes.count)
    for node in graph.nodes {
      do {
        kernels.append(try node.operation.prepare(Preparation(node: node, graph: graph, options: options)))
      } catch {
        throw .node(node.name, operatorName: node.operators.first ?? "", error)
      }
    }
    let overwritable = zip(graph.nodes, kernels).map { node, kernel in
      kernel == nil ? [] : node.operation.overwritableInputs
    }
    var scratch: [Int] = []
    for kernel in kernels {
      let bytes = kernel.map { StepScratch($0).byteCount(threads: options.threads) } ?? 0
      guard let bytes else { throw .memoryLimit(bytes: .max, limit: options.memoryLimit) }
      scratch.append(bytes)
    }
    guard
      let assignment = BufferAssignment(graph, overwritable: overwritable, scratch: scratch, slices: slices),
      let layout = ArenaPlanner.place(assignment.requests)
    else { throw .memoryLimit(bytes: .max, limit: options.memoryLimit) }
    guard layout.bytes <= options.memoryLimit else {
      throw .memoryLimit(bytes: layout.bytes, limit: options.memoryLimit)
    }
    var assembly = PlanAssembly(graph: graph, assignment: assignment, arena: layout)
    for (index, node) in graph.nodes.enumerated() where !(node.operation is ViewOperation) {
      if let output = node.output, node.operation is ConcatOperation, slices.isWritten(output) { continue }
      try assembly.append(node, kernels[index], scratch: assignment.scratch[index])
    }
    self = try assembly.finish(threads: options.threads)
  }
}

extension PlanGraph {
  /// What a step reads or writes must have known extents and be a tensor of numbers, and no step may choose what runs.
  fileprivate func checkIsStatic() throws(ExecutionError) {
    for node in nodes {
      if let operation = node.operation as? FileOperation, operation.hasSubgraph, let output = node.output {
        throw .notStatic(value: self[output].name)
      }
      for value in node.inputs + node.outputs {
        guard let value else { continue }
        guard self[value].byteCount != nil, self[value].element != .string else {
          throw .notStatic(value: self[value].name)
        }
      }
    }
    for value in outputs where self[value].byteCount == nil { throw .notStatic(value: self[value].name) }
  }
}

/// Puts steps together with the places of their tensors.
private struct PlanAssembly {
  let graph: PlanGraph
  let assignment: BufferAssignment
  let arena: ArenaPlanner.Layout
  var steps: [Step] = []
  var constants: [DenseTensor] = []
  var constantIndices: [ValueID: Int] = [:]
  var usesSyntheticWeights = false

  init(graph: PlanGraph, assignment: BufferAssignment, arena: ArenaPlanner.Layout) {
    self.graph = graph
    self.assignment = assignment
    self.arena = arena
  }

  /// - Parameter scratch: the buffer of the step's working memory.
  mutating func append(
    _ node: PlanNode, _ kernel: (any PreparedKernel)?, scratch: Int?
  ) throws(ExecutionError) {
    let work: Step.Work
    if let kernel {
      work = .prepared(kernel)
    } else if let fallback = node.operation.fallback {
      work = .general(fallback)
    } else {
      throw .node(node.name, operatorName: node.operators.first ?? "", .noKernel)
    }
    steps.append(
      Step(
        name: node.name, nodes: node.sources, operators: node.operators,
        inputs: try operands(node.inputs), outputs: try operands(node.outputs),
        scratch: scratch.map { arena.offsets[$0] } ?? 0, work: work))
  }

  private mutating func operands(_ values: [ValueID?]) throws(ExecutionError) -> [Step.Operand?] {
    var operands: [Step.Operand?] = []
    for value in values {
      guard let value else {
        operands.append(nil)
        continue
      }
      operands.append(
        Step.Operand(
          name: graph[value].name, element: graph[value].element, dimensions: graph[value].dimensions ?? [],
          blockedLayout: graph[value].layout.blocked, byteLayout: graph[value].layout.bytes,
          location: try location(value)))
    }
    return operands
  }

  private mutating func location(_ value: ValueID) throws(ExecutionError) -> Plan.Location {
    switch assignment.places[value.index] {
    case .buffer(let buffer, let offset): return .arena(arena.offsets[buffer] + offset)
    case .input(let input): return .input(graph.inputs.firstIndex(of: input) ?? 0)
    case .constant(let constant): return .constant(try load(constant))
    case nil: throw .notStatic(value: graph[value].name)
    }
  }

  private mutating func load(_ value: ValueID) throws(ExecutionError) -> Int {
    if let index = constantIndices[value] { return index }
    guard let constant = graph[value].constant else { throw .notStatic(value: graph[value].name) }
    do {
      constants.append(try constant.load())
    } catch {
      throw .node(graph[value].name, operatorName: "", error)
    }
    constantIndices[value] = constants.count - 1
    return constants.count - 1
  }

  private mutating func port(_ value: ValueID) throws(ExecutionError) -> Plan.Port {
    Plan.Port(
      name: graph[value].name, element: graph[value].element, dimensions: graph[value].dimensions ?? [],
      location: try location(value))
  }

  mutating func finish(threads: Int) throws(ExecutionError) -> Plan {
    var inputs: [Plan.Port] = []
    for (index, value) in graph.inputs.enumerated() {
      guard let dimensions = graph[value].dimensions else { throw .notStatic(value: graph[value].name) }
      inputs.append(
        Plan.Port(
          name: graph[value].name, element: graph[value].element, dimensions: dimensions,
          location: .input(index)))
    }
    var outputs: [Plan.Port] = []
    for value in graph.outputs { outputs.append(try port(value)) }
    let kernels = steps.compactMap { step in
      if case .prepared(let kernel) = step.work { kernel } else { nil }
    }
    return Plan(
      steps: steps, inputs: inputs, outputs: outputs, arenaBytes: arena.bytes,
      arenaLowerBoundBytes: arena.lowerBoundBytes,
      packedWeightBytes: kernels.reduce(0) { $0 + $1.packedWeightBytes },
      constantBytes: constants.reduce(0) { $0 + $1.byteCount },
      threads: threads,
      usesSyntheticWeights: graph.usesSyntheticWeights, constants: constants)
  }
}
