internal import Kernels
internal import Network
internal import Operators

/// Has 16-bit floats computed in 32 bits: weights are widened when they are packed, what passes between nodes stays wide, and only what
/// leaves as 16-bit floats (the network's outputs, a `Cast` of the file) is rounded to them.
///
/// So 16-bit networks run on the kernels of 32-bit ones, and are rounded less often than by the file's letter, never more often.
/// That is what ONNX Runtime does on processors too.
enum Widening {
  static func run(_ graph: inout PlanGraph) {
    guard graph.values.contains(where: { $0.element.sixteenBitFormat != nil }) else { return }
    var widening = Pass(graph)
    for node in graph.nodes { widening.take(node) }
    graph = widening.graph
    graph.removeDeadNodes()
  }

  fileprivate struct Pass {
    /// With the values of the graph before, and its nodes as far as they are taken.
    var graph: PlanGraph
    /// The 32-bit twins of 16-bit values.
    private var wide: [ValueID: ValueID] = [:]

    init(_ graph: PlanGraph) {
      self.graph = graph
      self.graph.nodes = []
    }

    mutating func take(_ node: PlanNode) {
      guard isWidened(node) else { return graph.nodes.append(node) }
      var result = node
      for (place, input) in node.inputs.enumerated() {
        if let input, isNarrow(input) { result.inputs[place] = twin(ofInput: input, of: node) }
      }
      var narrowings: [PlanNode] = []
      for (place, output) in node.outputs.enumerated() {
        guard let output, let format = graph[output].element.sixteenBitFormat else { continue }
        let twin = appendTwin(of: output)
        result.outputs[place] = twin
        narrowings.append(conversion(.narrowing, format, from: twin, to: output))
      }
      if Self.changesType(node) { result.operation = ViewOperation() }
      graph.nodes.append(result)
      // Those that nobody reads go with the dead nodes.
      graph.nodes += narrowings
    }

    fileprivate func isNarrow(_ value: ValueID) -> Bool { graph[value].element.sixteenBitFormat != nil }

    private func conversion(
      _ direction: SixteenBitConversion.Direction, _ format: SixteenBitFormat, from source: ValueID,
      to target: ValueID
    ) -> PlanNode {
      PlanNode(
        name: graph[target].name,
        operation: SixteenBitConversionOperation(direction: direction, format: format), inputs: [source],
        outputs: [target], sources: [], operators: ["Cast"])
    }

    private mutating func appendTwin(of value: ValueID) -> ValueID {
      var twin = graph[value]
      twin.element = .float32
      twin.constant = twin.constant.map { .widened($0) }
      let id = graph.append(twin)
      wide[value] = id
      return id
    }

    private mutating func twin(ofInput value: ValueID, of node: PlanNode) -> ValueID {
      if let known = wide[value] { return known }
      let twin = appendTwin(of: value)
      if graph[value].constant == nil, let format = graph[value].element.sixteenBitFormat {
        graph.nodes.append(conversion(.widening, format, from: value, to: twin))
      }
      return twin
    }
  }
}

extension Widening.Pass {
  /// Constants that a node may have widened though it reads nothing else of 16 bits: scales, not embedding tables.
  private static let constantLimit = 1 << 20

  /// Whether the node has 16-bit numbers to compute with, and its operator makes 32-bit ones of 32-bit ones.
  fileprivate func isWidened(_ node: PlanNode) -> Bool {
    guard let operation = node.operation as? FileOperation, !operation.hasSubgraph,
      !operation.isNamed("CastLike")
    else { return false }
    let narrow = node.inputs.compactMap { $0 }.filter(isNarrow)
    guard !narrow.isEmpty else { return false }
    if narrow.allSatisfy({ graph[$0].constant != nil }) {
      guard narrow.allSatisfy({ (graph[$0].byteCount ?? .max) <= Self.constantLimit }) else { return false }
    }
    if Self.changesType(node), case let output?? = node.outputs.first {
      // A `Cast` to 16 bits rounds; to the type that its input has in the file, or to 32 bits, it has nothing to do.
      return graph[output].element == .float32 || graph[output].element == graph[narrow[0]].element
    }
    guard let inputs = wideFacts(node), let outputs = try? operation.operator.infer(InferenceInputs(inputs))
    else { return false }
    return zip(node.outputs, outputs).allSatisfy { output, fact in
      guard let output else { return true }
      let expected = isNarrow(output) ? ElementType.float32 : graph[output].element
      return fact.tensor?.element == expected
    } && outputs.count >= node.outputs.count
  }

  fileprivate static func changesType(_ node: PlanNode) -> Bool { node.fileOperator == "Cast" }

  /// What the operator's rule would be told; nil where a constant that it may need cannot be read.
  private func wideFacts(_ node: PlanNode) -> [Fact?]? {
    var facts: [Fact?] = []
    for input in node.inputs {
      guard let input else {
        facts.append(nil)
        continue
      }
      let value = graph[input]
      let element = isNarrow(input) ? ElementType.float32 : value.element
      var fact = Fact(element, value.dimensions.map { Shape($0) })
      // Extents and axes; what has 16 bits is data to every rule.
      if element.isInteger, let constant = value.constant, (value.byteCount ?? .max) <= Self.constantLimit {
        guard let tensor = try? constant.load() else { return nil }
        fact = Fact(tensor)
      }
      facts.append(fact)
    }
    return facts
  }
}
