import Network
import Operators
import Testing

/// Loops and branches, with the nested graphs' work done by closures.
@Suite struct ControlFlowTests {
  private func graph(inputs: Int, outputs: Int) -> Graph {
    let values = (0..<inputs + outputs).map { Value(name: "v\($0)", origin: .input) }
    return Graph(
      values: values, inputs: (0..<inputs).map(ValueID.init),
      outputs: (inputs..<inputs + outputs).map(ValueID.init))
  }

  private func make(
    _ name: String, _ attributes: [Attribute], version: Int = 21, inputs: Int, outputs: Int = 1
  ) throws -> any Operator {
    let kind = try #require(OperatorRegistry.find(domain: "", name: name))
    return try kind.init(
      AttributeReader(attributes, version: version, inputCount: inputs, outputCount: outputs))
  }

  private func truth(_ value: Bool) throws -> DenseTensor {
    let tensor = try DenseTensor(.bool, [])
    tensor.mutableElements(as: UInt8.self)[0] = value ? 1 : 0
    return tensor
  }

  /// The definition of the loop: 1, then each round doubles the value and collects it; 1, 2, 4, 8 after 3 rounds.
  @Test func loopCarriesAndCollects() throws {
    let node = try make(
      "Loop", [Attribute("body", .graph(graph(inputs: 3, outputs: 3)))], inputs: 3, outputs: 2)
    let yes = try truth(true)
    let context = KernelContext(
      inputs: [.tensor(.int64([3], [])), .tensor(yes), .tensor(.float32([1], [1]))], outputCount: 2,
      runSubgraph: { (_, values) throws(OperatorError) in
        let value = values[2].tensor?.elements(as: Float.self)[0] ?? .nan
        return [values[1], .tensor(.float32([2 * value], [1])), .tensor(.float32([value], [1]))]
      })
    try node.run(context)
    #expect(context.outputs[0]?.tensor?.elements(as: Float.self).map { $0 } == [8])
    #expect(context.outputs[1]?.tensor?.dimensions == [3, 1])
    #expect(context.outputs[1]?.tensor?.elements(as: Float.self).map { $0 } == [1, 2, 4])

    let facts = try node.infer(
      InferenceInputs([Fact(.int64([3], [])), Fact(yes), Fact(.float32, [1])]) {
        (_, facts) throws(OperatorError) in
        [facts[1], facts[2], facts[2]]
      })
    #expect(facts.map(\.shape) == [[1], [3, 1]])
  }

  /// A value that grows from round to round has no known extent after the loop.
  @Test func loopForgetsExtentsThatChange() throws {
    let node = try make("Loop", [Attribute("body", .graph(graph(inputs: 3, outputs: 2)))], inputs: 3)
    let facts = try node.infer(
      InferenceInputs([Fact(.int64, .scalar), nil, Fact(.float32, [4, 2])]) {
        (_, facts) throws(OperatorError) in
        let grown = facts[2].shape?[0].map { $0 + 1 }
        return [facts[1], Fact(.float32, [grown, 2])]
      })
    #expect(facts.map(\.shape) == [[nil, 2]])
  }

  @Test func loopWithoutAnyEndIsRefused() throws {
    let node = try make(
      "Loop", [Attribute("body", .graph(graph(inputs: 2, outputs: 1)))], inputs: 2, outputs: 0)
    #expect(throws: OperatorError.self) { try node.run(KernelContext(inputs: [nil, nil], outputCount: 0)) }
  }

  @Test func branchIsChosenByItsCondition() throws {
    let (first, second) = (graph(inputs: 0, outputs: 1), graph(inputs: 0, outputs: 1))
    let node = try make(
      "If", [Attribute("then_branch", .graph(first)), Attribute("else_branch", .graph(second))], inputs: 1)
    let facts = try node.infer(
      InferenceInputs([Fact(.bool, .scalar)], inferSubgraph: Alternating([[2, 3], [2, 4]]).infer))
    #expect(facts.map(\.shape) == [[2, nil]])
    let known = try node.infer(
      InferenceInputs([Fact(try truth(true))], inferSubgraph: Alternating([[2, 3]]).infer))
    #expect(known.map(\.shape) == [[2, 3]])
  }

  /// Answers each inference with the next of a list of shapes.
  private final class Alternating {
    private var shapes: [Shape]
    init(_ shapes: [Shape]) { self.shapes = shapes }
    func infer(_: Graph, _: [Fact]) throws(OperatorError) -> [Fact] { [Fact(.float32, shapes.removeFirst())] }
  }

  /// The example of the standard's text for Scan: running sums of [[1, 2], [3, 4], [5, 6]] from [0, 0]:
  /// final state [9, 12], collected [[1, 2], [4, 6], [9, 12]].
  @Test(arguments: [false, true]) func scanSumsUp(isBatched: Bool) throws {
    let attributes = [
      Attribute("body", .graph(graph(inputs: 2, outputs: 2))), Attribute("num_scan_inputs", .integer(1)),
    ]
    let node = try make("Scan", attributes, version: isBatched ? 8 : 9, inputs: isBatched ? 3 : 2, outputs: 2)
    let batch = isBatched ? [1] : []
    let inputs: [RuntimeValue?] = [
      .tensor(.float32([0, 0], batch + [2])), .tensor(.float32([1, 2, 3, 4, 5, 6], batch + [3, 2])),
    ]
    let context = KernelContext(
      inputs: (isBatched ? [nil] : []) + inputs, outputCount: 2,
      runSubgraph: { (_, values) throws(OperatorError) in
        let (state, element) = (
          values[0].tensor?.elements(as: Float.self), values[1].tensor?.elements(as: Float.self)
        )
        let sums = zip(state.map(Array.init) ?? [], element.map(Array.init) ?? []).map { $0 + $1 }
        return [.tensor(.float32(sums)), .tensor(.float32(sums))]
      })
    try node.run(context)
    #expect(context.outputs[0]?.tensor?.dimensions == batch + [2])
    #expect(context.outputs[0]?.tensor?.elements(as: Float.self).map { $0 } == [9, 12])
    #expect(context.outputs[1]?.tensor?.dimensions == batch + [3, 2])
    #expect(context.outputs[1]?.tensor?.elements(as: Float.self).map { $0 } == [1, 2, 4, 6, 9, 12])

    let facts = try node.infer(
      InferenceInputs((isBatched ? [nil] : []) + inputs.map { $0.map { Fact(known: $0) } }) {
        (_, facts) throws(OperatorError) in [facts[0], facts[1]]
      })
    #expect(facts.map { $0.shape?.known } == [batch + [2], batch + [3, 2]])
  }

  @Test func sequencesAreBuiltAndTakenApart() throws {
    func run(_ name: String, _ attributes: [Attribute] = [], _ inputs: [RuntimeValue?]) throws
      -> RuntimeValue?
    {
      let node = try make(name, attributes, inputs: inputs.count)
      let context = KernelContext(inputs: inputs, outputCount: 1)
      try node.run(context)
      return context.outputs[0]
    }
    let data = RuntimeValue.tensor(.int64([1, 2, 3, 4, 5, 6], [3, 2]))
    let rows = try run("SplitToSequence", [Attribute("keepdims", .integer(0))], [data])
    let length = try run("SequenceLength", [], [rows])
    #expect(length?.tensor?.integers == [3])
    let last = try run("SequenceAt", [], [rows, .tensor(.int64([-1], []))])
    #expect(last?.tensor?.integers == [5, 6])
    let shorter = try run("SequenceErase", [], [rows, .tensor(.int64([0], []))])
    let longer = try run("SequenceInsert", [], [shorter, .tensor(.int64([9, 9])), .tensor(.int64([1], []))])
    let columns = try run(
      "ConcatFromSequence", [Attribute("axis", .integer(1)), Attribute("new_axis", .integer(1))], [longer])
    #expect(columns?.tensor?.dimensions == [2, 3])
    #expect(columns?.tensor?.integers == [3, 9, 5, 4, 9, 6])
    let pairs = try run("SplitToSequence", [], [data, .tensor(.int64([2], []))])
    guard case .sequence(let parts)? = pairs else {
      Issue.record("not a sequence")
      return
    }
    #expect(parts.map { $0.tensor?.dimensions } == [[2, 2], [1, 2]])
    #expect(throws: OperatorError.value(input: 1, reason: "index 3 of an axis of 3")) {
      try run("SequenceAt", [], [rows, .tensor(.int64([3], []))])
    }
  }

  @Test func optionalsSayWhetherTheyHoldSomething() throws {
    for (value, expected) in [
      (RuntimeValue.optional(nil), UInt8(0)), (.optional(.tensor(.int64([1]))), 1), (.tensor(.int64([1])), 1),
    ] {
      let context = KernelContext(inputs: [value], outputCount: 1)
      try make("OptionalHasElement", [], inputs: 1).run(context)
      #expect(context.outputs[0]?.tensor?.elements(as: UInt8.self)[0] == expected)
    }
  }
}
