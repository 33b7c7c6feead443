import Network

/// Translates one subgraph, operator by operator. Families of operators have files of their own; `OperatorTable` says
/// which translates what.
///
/// A translation asks for its operands in the layout it needs, emits nodes, and binds the last value to the tensor that it
/// makes. Operators whose operands cannot be translated keep their name.
struct SubgraphTranslator {
  let model: LiteModel
  let subgraph: LiteSubgraph
  let limits: Limits
  var graph = Graph()
  /// What stands for each tensor; nil until it is made.
  var forms: [Forms]
  /// Scales and zero points by tensor and layout, each made once.
  var quantizers: [QuantizerKey: (scale: ValueID, zero: ValueID)] = [:]
  /// What all subgraphs of the file have in common.
  var shared: Shared
  /// The operator being translated.
  private(set) var group = 0
  private var operatorOffset = 0
  /// What its nodes are called: as its first output, of whose names converters join several.
  private var label = ""

  struct Shared {
    var names: Set<String> = []
    var nameCount = 0
    /// Operators translated so far, those of a subgraph as often as it is called.
    var operatorCount = 0
    /// The subgraphs that are being translated, one inside the other.
    var path: [Int] = []
    /// Every subgraph that anything calls.
    var called: Set<Int> = []
    /// What each variable holds, by name, as far as the operators before have set it.
    var variables: [String: ValueID] = [:]
    /// Graphs nested in nodes around this place, in which variables cannot be followed.
    var nesting = 0
    /// All variables that anything refers to.
    var variableNames: Set<String> = []
  }

  /// The order of a tensor's axes.
  enum Layout: Hashable {
    /// As in the file, channels last.
    case file
    /// The last axis behind the first, as convolutions of the network have them.
    case channelsFirst
  }

  struct Forms {
    var file: ValueID?
    var channelsFirst: ValueID?
    /// The layout in which it was made.
    var native = Layout.file
    /// The variable that a tensor refers to.
    var variable: String?

    subscript(layout: Layout) -> ValueID? {
      get { layout == .file ? file : channelsFirst }
      set { if layout == .file { file = newValue } else { channelsFirst = newValue } }
    }
  }

  struct QuantizerKey: Hashable {
    var tensor: Int
    var layout: Layout
  }

  init(_ model: LiteModel, _ index: Int, limits: Limits, shared: Shared = Shared()) {
    self.model = model
    subgraph = model.subgraphs[index]
    self.limits = limits
    self.shared = shared
    forms = Array(repeating: Forms(), count: subgraph.tensors.count)
  }

  /// The subgraph as the network's graph.
  mutating func translate() throws(FormatError) -> Graph {
    graph.name = subgraph.name
    for input in subgraph.inputs where forms[input].file == nil {
      let value = append(name(of: input), .input, declaration(of: input, .file, isInput: true))
      graph.inputs.append(value)
      forms[input].file = value
    }
    try translateOperators()
    for output in subgraph.outputs { graph.outputs.append(try outputValue(output)) }
    return graph
  }

  mutating func translateOperators() throws(FormatError) {
    for (index, operation) in subgraph.operators.enumerated() {
      group = shared.operatorCount
      shared.operatorCount += 1
      guard shared.path.isEmpty || shared.operatorCount <= min(limits.expandedNodes, Self.expansionLimit)
      else {
        throw FormatError(.tooMany(.expandedNodes, limit: Self.expansionLimit), offset: operation.offset)
      }
      operatorOffset = operation.offset
      label =
        operation.outputs.first.map { subgraph.tensors[$0].name.prefix { $0 != ";" } }.map { String($0) }
        ?? ""
      do {
        try translate(operation)
      } catch {
        throw error.at(operation.offset).of(node: operation.name).inside("operators", index)
      }
    }
  }

  /// Operators of all calls of subgraphs together.
  private static let expansionLimit = Limits().expandedNodes

  /// An output of the subgraph, under the tensor's name in the file's layout.
  private mutating func outputValue(_ index: Int) throws(FormatError) -> ValueID {
    let native = forms[index][forms[index].native]
    let isLaidOut = forms[index].native == .channelsFirst && forms[index].file == nil
    let value = try value(index, .file)
    guard let native, isLaidOut, native != value else { return value }
    let name = graph[native].name
    graph.values[native.index].name = graph[value].name
    graph.values[value.index].name = name
    graph.values[value.index].declared = declaration(of: index, .file)
    return value
  }

  private mutating func translate(_ operation: LiteOperator) throws(FormatError) {
    for output in operation.outputs {
      let tensor = subgraph.tensors[output]
      let form = forms[output]
      guard form.file == nil, form.channelsFirst == nil, form.variable == nil, !tensor.isConstant else {
        throw FormatError(.duplicateName(tensor.name.isEmpty ? "\(output)" : tensor.name))
      }
    }
    if let code = operation.code, let handler = OperatorTable.handlers[code],
      !operation.outputs.isEmpty || OperatorTable.withoutOutputs.contains(code)
    {
      do throws(Untranslatable) {
        return try handler(&self, operation)
      } catch {
        // What was begun and is not bound to an output is never read, and so never counted.
        if case .malformed(let problem) = error { throw problem }
      }
    }
    try keep(operation)
  }

  /// An operator under its own name; the file says what its outputs are.
  private mutating func keep(_ operation: LiteOperator) throws(FormatError) {
    var inputs: [ValueID?] = []
    for input in operation.inputs { inputs.append(input < 0 ? nil : try value(input, .file)) }
    let outputs = operation.outputs.map { output in
      append(name(of: output), .node(NodeID(graph.nodes.count), output: 0), declaration(of: output, .file))
    }
    for (position, (tensor, value)) in zip(operation.outputs, outputs).enumerated() {
      graph.values[value.index].origin = .node(NodeID(graph.nodes.count), output: position)
      forms[tensor].file = value
    }
    graph.nodes.append(
      Node(
        name: label, domain: TFLite.domain, operatorName: operation.name,
        inputs: inputs, outputs: outputs, offset: operation.offset))
  }

  // The rest of this file is what translations are written with.

  func tensor(_ index: Int) -> LiteTensor { subgraph.tensors[index] }

  /// The name of a tensor, made unique.
  mutating func name(of index: Int) -> String {
    let own = subgraph.tensors[index].name
    let name = own.isEmpty ? "tensor_\(index)" : own
    if shared.names.insert(name).inserted { return name }
    return unused("\(name)#")
  }

  /// A name that nothing has: `start` and a number, which goes up from name to name so that finding it takes no search.
  private mutating func unused(_ start: String) -> String {
    while true {
      shared.nameCount += 1
      let name = "\(start)\(shared.nameCount)"
      if shared.names.insert(name).inserted { return name }
    }
  }

  mutating func append(_ name: String, _ origin: Value.Origin, _ declared: DeclaredType? = nil) -> ValueID {
    graph.values.append(Value(name: name, origin: origin, declared: declared))
    return ValueID(graph.values.count - 1)
  }

  /// A node of the current operator with one output, which has no name yet.
  @discardableResult
  mutating func emit(
    _ operatorName: String, _ inputs: [ValueID?], _ attributes: [Attribute] = [], isAuxiliary: Bool = false
  ) -> ValueID {
    emit(operatorName, inputs, attributes, outputs: 1, isAuxiliary: isAuxiliary)[0]
  }

  mutating func emit(
    _ operatorName: String, _ inputs: [ValueID?], _ attributes: [Attribute] = [], outputs count: Int,
    isAuxiliary: Bool = false
  ) -> [ValueID] {
    let node = NodeID(graph.nodes.count)
    let outputs = (0..<count).map { append(temporaryName(), .node(node, output: $0)) }
    graph.nodes.append(
      Node(
        name: isAuxiliary ? "" : label, operatorName: operatorName, inputs: inputs, outputs: outputs,
        attributes: attributes, offset: operatorOffset,
        translation: Node.Translation(group: group, isAuxiliary: isAuxiliary)))
    return outputs
  }

  /// A name that no tensor of the file has.
  mutating func temporaryName() -> String { unused("%") }

  mutating func initializer(_ tensor: Tensor) -> ValueID { append(temporaryName(), .initializer(tensor)) }

  /// Lets `value` stand for a tensor from here on.
  mutating func bind(_ index: Int, _ layout: Layout, _ value: ValueID) {
    var value = value
    // What stands for something else already, or is not made here, needs a node of its own.
    if case .node(let node, _) = graph[value].origin, graph[value].declared == nil,
      graph[node].translation?.group == group
    {
    } else {
      value = emit("Identity", [value])
    }
    graph.values[value.index].name = name(of: index)
    graph.values[value.index].declared = declaration(of: index, layout)
    forms[index][layout] = value
    forms[index].native = layout
  }

  /// What the file says of a tensor.
  func declaration(of index: Int, _ layout: Layout, isInput: Bool = false) -> DeclaredType? {
    let tensor = subgraph.tensors[index]
    guard let element = tensor.element else { return .opaque(domain: TFLite.domain, name: "\(tensor.type)") }
    guard tensor.hasKnownRank || isInput else { return .tensor(element, nil) }
    var dimensions = tensor.extents.enumerated().map { axis, extent -> DeclaredDimension in
      if let extent { return .fixed(extent) }
      return !isInput ? .unknown : axis == 0 ? .symbol("N") : .symbol("\(tensor.name)[\(axis)]")
    }
    if layout == .channelsFirst { dimensions = Self.order(dimensions.count).map { dimensions[$0] } }
    return .tensor(element, dimensions)
  }
}

/// Why an operator has no translation.
enum Untranslatable: Error {
  /// The file is wrong.
  case malformed(FormatError)
  /// The file is right, and nobody has written this.
  case unsupported
}
