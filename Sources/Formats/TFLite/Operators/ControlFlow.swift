import Network

/// Operators that call other subgraphs, and variables, which keep a value from run to run. A run here is a first run: a
/// variable holds what the file sets it to once, or zeros.
extension SubgraphTranslator {
  /// A translator of another subgraph, for `body` to use; what it learned of the file is kept.
  private mutating func within<Result>(
    _ index: Int, _ body: (inout SubgraphTranslator) throws(FormatError) -> Result
  ) throws(Untranslatable) -> Result {
    guard model.subgraphs.indices.contains(index) else {
      throw .malformed(FormatError(.reference("subgraphs", index)))
    }
    // The outermost subgraph is not in the path.
    guard index > 0, !shared.path.contains(index) else {
      throw .malformed(FormatError(.recursiveSubgraph(index)))
    }
    guard shared.path.count < Self.depthLimit else {
      throw .malformed(FormatError(.tooMany(.depth, limit: Self.depthLimit)))
    }
    var inner = SubgraphTranslator(model, index, limits: limits)
    // Handed over and back, never copied: it grows with the file, and calls are many.
    swap(&inner.shared, &shared)
    inner.shared.path.append(index)
    inner.shared.called.insert(index)
    do throws(FormatError) {
      let result = try body(&inner)
      inner.shared.path.removeLast()
      swap(&inner.shared, &shared)
      return result
    } catch {
      throw .malformed(error.inside("subgraphs", index))
    }
  }

  private static var depthLimit: Int { 24 }

  /// The operators of a subgraph in this place, reading `values`; its outputs.
  private mutating func inlined(_ index: Int, _ values: [ValueID]) throws(Untranslatable) -> [ValueID] {
    var moved = Graph()
    swap(&moved, &graph)
    let outputs = try within(index) { (inner) throws(FormatError) -> [ValueID] in
      swap(&inner.graph, &moved)
      try inner.take(values)
      try inner.translateOperators()
      var outputs: [ValueID] = []
      for output in inner.subgraph.outputs { outputs.append(try inner.value(output, .file)) }
      swap(&inner.graph, &moved)
      return outputs
    }
    swap(&moved, &graph)
    return outputs
  }

  /// Lets values of this graph stand for the subgraph's inputs.
  private mutating func take(_ values: [ValueID]) throws(FormatError) {
    guard values.count == subgraph.inputs.count else {
      throw FormatError(.malformedOperator("it gives a subgraph \(values.count) inputs"))
    }
    for (input, value) in zip(subgraph.inputs, values) { forms[input].file = value }
  }

  private mutating func operands(_ operation: LiteOperator, from first: Int) throws(Untranslatable)
    -> [ValueID]
  {
    var values: [ValueID] = []
    for place in operation.inputs.indices.dropFirst(first) {
      values.append(try operand(try input(operation, place), .file))
    }
    return values
  }

  /// A subgraph as a graph nested in a node, which takes `names` from around it.
  private mutating func nested(_ index: Int, capturing outer: [Value]) throws(Untranslatable) -> Graph {
    try within(index) { (inner) throws(FormatError) -> Graph in
      var captured: [ValueID] = []
      // A value that is handed over twice is one value inside.
      var known: [String: ValueID] = [:]
      for value in outer {
        let inside = known[value.name] ?? inner.append(value.name, .captured, value.declared)
        known[value.name] = inside
        captured.append(inside)
      }
      inner.shared.nesting += 1
      try inner.take(captured)
      try inner.translateOperators()
      for output in inner.subgraph.outputs {
        inner.graph.outputs.append(
          inner.emit("Identity", [try inner.value(output, .file)], isAuxiliary: true))
      }
      inner.shared.nesting -= 1
      return inner.graph
    }
  }

  mutating func branch(_ operation: LiteOperator) throws(Untranslatable) {
    let condition = try operand(try input(operation, 0), .file)
    let values = try operands(operation, from: 1).map { graph[$0] }
    let branches = [
      try nested(try setting(operation, 0), capturing: values),
      try nested(try setting(operation, 1), capturing: values),
    ]
    guard branches.allSatisfy({ $0.outputs.count == operation.outputs.count }) else {
      throw malformed("its branches have other outputs than it has")
    }
    let results = emit(
      "If", [condition],
      [Attribute("then_branch", .graph(branches[0])), Attribute("else_branch", .graph(branches[1]))],
      outputs: operation.outputs.count)
    for (output, result) in zip(operation.outputs, results) { bind(output, .file, result) }
  }

  /// A loop whose body ends with the condition for another round.
  mutating func loop(_ operation: LiteOperator) throws(Untranslatable) {
    let (condition, body) = (try setting(operation, 0), try setting(operation, 1))
    let values = try operands(operation, from: 0)
    guard values.count == operation.outputs.count else {
      throw malformed("it has not as many outputs as inputs")
    }
    let first = try inlined(condition, values)
    guard first.count == 1 else { throw malformed("its condition has \(first.count) outputs") }
    var inner = Graph(name: "body")
    swap(&inner, &graph)
    let round = append(temporaryName(), .input, .tensor(.int64, []))
    let goesOn = append(temporaryName(), .input, .tensor(.bool, []))
    let carried = operation.inputs.map { append(temporaryName(), .input, declaration(of: $0, .file)) }
    graph.inputs = [round, goesOn] + carried
    shared.nesting += 1
    let results = try inlined(body, carried)
    let again = try inlined(condition, results)
    shared.nesting -= 1
    for value in again + results { graph.outputs.append(emit("Identity", [value], isAuxiliary: true)) }
    swap(&inner, &graph)
    guard inner.outputs.count == 1 + values.count else {
      throw malformed("its body has \(results.count) outputs")
    }
    let last = emit(
      "Loop", [nil, first[0]] + values, [Attribute("body", .graph(inner))], outputs: values.count)
    for (output, value) in zip(operation.outputs, last) { bind(output, .file, value) }
  }

  /// An operator that the file also gives as a subgraph of simpler ones.
  mutating func composite(_ operation: LiteOperator) throws(Untranslatable) {
    let index = try reading { () throws(FormatError) in try operation.laterOptions?.int32(1) ?? 0 }
    let results = try inlined(index, try operands(operation, from: 0))
    guard results.count == operation.outputs.count else {
      throw malformed("its subgraph has \(results.count) outputs")
    }
    for (output, result) in zip(operation.outputs, results) { bind(output, .file, result) }
  }

  /// A subgraph that sets variables before the first run.
  mutating func callOnce(_ operation: LiteOperator) throws(Untranslatable) {
    _ = try inlined(try setting(operation, 0), [])
  }

  mutating func variable(_ operation: LiteOperator) throws(Untranslatable) {
    let name = try reading { () throws(FormatError) in try operation.options?.text(1, limits: limits) ?? "" }
    shared.variableNames.insert(name)
    forms[operation.outputs[0]].variable = name
  }

  mutating func readVariable(_ operation: LiteOperator) throws(Untranslatable) {
    let output = operation.outputs[0]
    guard let name = forms[try input(operation, 0)].variable, shared.nesting == 0 else { throw .unsupported }
    if let value = shared.variables[name], graph.values.indices.contains(value.index) {
      return bind(output, .file, emit("Identity", [value]))
    }
    guard let element = tensor(output).element, let size = tensor(output).byteCount, size <= 1 << 24 else {
      throw .unsupported
    }
    var fill = [UInt8](repeating: 0, count: size)
    if element.bits == 8, let zero = tensor(output).quantization.zeroPoints.first {
      fill = [UInt8](repeating: UInt8(truncatingIfNeeded: zero), count: size)
    }
    let start = initializer(Tensor(element: element, dimensions: tensor(output).shape, storage: .bytes(fill)))
    bind(output, .file, emit("Identity", [start]))
  }

  mutating func assignVariable(_ operation: LiteOperator) throws(Untranslatable) {
    guard let name = forms[try input(operation, 0)].variable, shared.nesting == 0 else { throw .unsupported }
    shared.variables[name] = try operand(try input(operation, 1), .file)
  }

  /// Sparse tensors are read as dense ones.
  mutating func densify(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    guard tensor(source).isSparse else { throw .unsupported }
    bind(operation.outputs[0], .file, emit("Identity", [try operand(source, .file)]))
  }
}
