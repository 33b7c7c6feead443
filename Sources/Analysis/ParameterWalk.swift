internal import Network
internal import Operators

/// Finds what each stored tensor of a graph and of the graphs nested in it is used for.
///
/// Walks the nodes backwards, so that the use of a value that is computed from stored tensors alone (a weight behind
/// Transpose, Identity, DequantizeLinear ...) is known when its own producer is met.
struct ParameterWalk {
  /// A tensor that the file stores, or that ConstantOfShape makes without storing it.
  struct Source {
    var element: ElementType
    /// nil where that is more than a number holds.
    var elements: Int?
    /// Bytes that the file stores; none of what is only made.
    var bytes: Int
    /// Where in a file the data lies; nil where it does not, or there is none.
    var place: Place?
    var use: Use

    init(_ tensor: Tensor?, _ type: TensorType, _ use: Use) {
      element = type.element
      elements = type.elementCount
      bytes = tensor == nil ? 0 : elements.flatMap(element.byteCount(of:)) ?? 0
      if case .mapped(let file, let range)? = tensor?.storage, !range.isEmpty {
        place = Place(file: ObjectIdentifier(file), offset: range.lowerBound)
      }
      self.use = use
    }
  }

  /// Where a tensor's data lies: two tensors at one place are one.
  struct Place: Hashable {
    var file: ObjectIdentifier
    var offset: Int
  }

  /// What a value is used for, and the first layer that uses it.
  struct Use {
    var kind: ParameterClass
    var layer: Int?
    /// What all that read it would take it for if its content were such.
    var guises: Guises = []

    mutating func join(_ other: Use) {
      guises =
        kind == .learnable && other.kind == .learnable
        ? guises.intersection(other.guises)
        : kind > other.kind ? guises : other.guises
      kind = max(kind, other.kind)
      if let theirs = other.layer { layer = min(layer ?? theirs, theirs) }
    }
  }

  struct Guises: OptionSet {
    let rawValue: UInt8
    /// Put over computed values, as masks are.
    static let mask = Guises(rawValue: 1)
    /// The scale of a normalisation that has none of its own: exporters write group normalisation so.
    static let unitScale = Guises(rawValue: 2)
  }

  private(set) var sources: [Source] = []
  private let operatorSets: [String: Int]
  /// Whether the file says of its stored tensors what they are for.
  private let notesUses: Bool

  init(_ inferred: InferredGraph, _ layers: Layers) {
    operatorSets = inferred.network.operatorSets
    notesUses = inferred.graph.values.contains { $0.storedUse == .parameter }
    let scope = Scope(
      graph: inferred.graph, layerOf: { layers.layerOfNode[$0.index] },
      roleOf: { inferred.roles[$0.index] ?? .layer }, typeOf: { inferred.tensor($0) },
      isStoredOutside: { _ in false })
    _ = walk(scope)
  }

  /// A graph, and what is known about it.
  private struct Scope {
    var graph: Graph
    var layerOf: (NodeID) -> Int?
    var roleOf: (NodeID) -> Role
    var typeOf: (ValueID) -> TensorType?
    var isStoredOutside: (String) -> Bool

    /// Whether each value is stored in the file or computed from stored values alone.
    func storedValues() -> [Bool] {
      var isStored = graph.values.map { value in
        switch value.origin {
        case .initializer: true
        case .captured: isStoredOutside(value.name)
        case .input, .node: false
        }
      }
      for node in graph.nodes where !node.attributes.contains(where: \.holdsGraph) {
        // Of the other input the type is taken alone.
        let read = node.operatorName == "CastLike" ? min(node.inputs.count, 1) : node.inputs.count
        let readsStored = (0..<read).allSatisfy { node.inputs[$0].map { isStored[$0.index] } ?? true }
        guard readsStored, !node.inputs.isEmpty || node.operatorName == "Constant" else { continue }
        for case let output? in node.outputs { isStored[output.index] = true }
      }
      return isStored
    }
  }

  /// The uses of a graph's values while it is walked.
  private struct Uses {
    let isStored: [Bool]
    var byValue: [Use?]
    /// The first layer that each value reaches, stored or not.
    var firstLayer: [Int?]

    init(_ isStored: [Bool]) {
      self.isStored = isStored
      byValue = Array(repeating: nil, count: isStored.count)
      firstLayer = Array(repeating: nil, count: isStored.count)
    }

    /// The layer of a node: its own, or the first that its results reach where it runs ahead of all layers.
    mutating func layer(of node: Node, own: Int?) -> Int? {
      var layer = own
      if layer == nil {
        for case let output? in node.outputs {
          if let theirs = firstLayer[output.index] { layer = min(layer ?? theirs, theirs) }
        }
      }
      guard let layer else { return nil }
      for case let input? in node.inputs {
        firstLayer[input.index] = min(firstLayer[input.index] ?? layer, layer)
      }
      return layer
    }

    mutating func join(_ value: ValueID, _ use: Use) {
      guard isStored[value.index] else { return }
      if byValue[value.index] == nil { byValue[value.index] = use } else { byValue[value.index]?.join(use) }
    }
  }

  /// Adds the graph's sources; answers the uses of values of enclosing graphs by name.
  private mutating func walk(_ scope: Scope) -> [String: Use] {
    let graph = scope.graph
    var uses = Uses(scope.storedValues())
    lazy var names = Dictionary(
      graph.valueIDs.map { (graph[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    for index in graph.nodes.indices.reversed() {
      let node = graph.nodes[index]
      let layer = uses.layer(of: node, own: scope.layerOf(NodeID(index)))
      if node.outputs.contains(where: { $0.map { uses.isStored[$0.index] } ?? false }) {
        passOn(node, scope, &uses)
      } else {
        read(node, NodeID(index), in: layer, scope, &uses)
      }
      for nested in node.nestedGraphs {
        let captured = walk(nestedScope(nested, in: scope, at: NodeID(index), uses.isStored, names))
        for (name, use) in captured {
          if let id = names[name] { uses.join(id, use) }
        }
      }
    }
    var captured: [String: Use] = [:]
    for (index, read) in uses.byValue.enumerated() {
      switch graph.values[index].origin {
      case .initializer(let tensor):
        let type = scope.typeOf(ValueID(index)) ?? tensor.type
        sources.append(Source(tensor, type, use(of: graph.values[index], tensor, read)))
      case .captured: if let read { captured[graph.values[index].name] = read }
      case .input, .node: break
      }
    }
    return captured
  }

  /// What the file says of a stored value, where it does, goes before what follows from its readers.
  private func use(of value: Value, _ tensor: Tensor, _ read: Use?) -> Use {
    guard var use = read else { return Use(kind: .constant) }
    switch value.storedUse {
    case .parameter?: use.kind = .learnable
    case .setting? where use.kind == .learnable && tensor.element.isFloatingPoint: use.kind = .constant
    case nil where use.kind == .learnable && use.guises.contains(.mask) && tensor.isMask: use.kind = .constant
    // What an exporter puts in by itself, such as the bias of a convolution that has none.
    case nil where use.kind == .learnable && notesUses && tensor.isFilled(with: 0): use.kind = .constant
    case nil where use.guises.contains(.unitScale) && notesUses && tensor.isFilled(with: 1):
      use.kind = .constant
    case .setting?, nil: break
    }
    return use
  }

  /// Takes the uses that a node makes of stored values while the network runs.
  private func read(_ node: Node, _ id: NodeID, in layer: Int?, _ scope: Scope, _ uses: inout Uses) {
    for (place, input) in node.inputs.enumerated() {
      guard let input, uses.isStored[input.index] else { continue }
      let type = scope.typeOf(input) ?? TensorType(.float32, nil)
      let kind = ParameterUse.of(type, readBy: node, at: place, role: scope.roleOf(id))
      let guises = kind == .learnable ? ParameterUse.guises(readBy: node, at: place) : []
      uses.join(input, Use(kind: kind, layer: layer, guises: guises))
    }
  }

  /// Passes the use of a computed constant on to what it is computed from.
  private mutating func passOn(_ node: Node, _ scope: Scope, _ uses: inout Uses) {
    var use: Use?
    for case let output? in node.outputs {
      guard let theirs = uses.byValue[output.index] else { continue }
      if use == nil { use = theirs } else { use?.join(theirs) }
    }
    if node.operatorName == "Constant" || node.operatorName == "ConstantOfShape" {
      addSource(node, use ?? Use(kind: .constant), scope)
    }
    guard let use else { return }
    for (place, input) in node.inputs.enumerated() {
      guard let input else { continue }
      let carries =
        ParameterUse.isCarried(place, by: node) && Self.canHoldWeights(scope.typeOf(input), readBy: node)
      let layer = ParameterUse.isMeasured(by: node) ? nil : use.layer
      uses.join(input, carries ? use : Use(kind: .constant, layer: layer))
    }
  }

  private static func canHoldWeights(_ type: TensorType?, readBy node: Node) -> Bool {
    guard let type else { return true }
    let isCarried =
      type.element.isFloatingPoint || node.operatorName == "DequantizeLinear" || node.isAuxiliary
    return isCarried && type.elementCount != 1
  }

  private mutating func addSource(_ node: Node, _ use: Use, _ scope: Scope) {
    if node.operatorName == "Constant" {
      switch node.attributes.first?.value {
      case .tensor(let tensor):
        var use = use
        if use.kind == .learnable, use.guises.contains(.mask), tensor.isMask { use.kind = .constant }
        sources.append(Source(tensor, tensor.type, use))
      case .sparseTensor(let sparse):
        let type = TensorType(sparse.values.element, Shape(sparse.dimensions))
        sources.append(Source(sparse.values, type, use))
      case .float: sources.append(Source(nil, TensorType(.float32, .scalar), use))
      case .integer: sources.append(Source(nil, TensorType(.int64, .scalar), use))
      case .floats(let values):
        sources.append(Source(nil, TensorType(.float32, [values.count]), use))
      case .integers(let values):
        sources.append(Source(nil, TensorType(.int64, [values.count]), use))
      default: break
      }
    } else if use.kind > .constant, case let output?? = node.outputs.first, let type = scope.typeOf(output) {
      sources.append(Source(nil, type, use))
    }
  }

  private func nestedScope(
    _ graph: Graph, in outer: Scope, at node: NodeID, _ isStored: [Bool], _ names: [String: ValueID]
  ) -> Scope {
    let layer = outer.layerOf(node)
    return Scope(
      graph: graph, layerOf: { _ in layer }, roleOf: { role(of: graph[$0]) },
      typeOf: { graph[$0].initializer?.type },
      isStoredOutside: { name in names[name].map { isStored[$0.index] } ?? outer.isStoredOutside(name) })
  }

  private func role(of node: Node) -> Role {
    guard let type = OperatorRegistry.find(domain: node.domain, name: node.operatorName) else {
      return .layer
    }
    let reader = AttributeReader(
      node.attributes, version: operatorSets.version(of: node.domain), inputCount: node.inputs.count,
      outputCount: node.outputs.count)
    return (try? type.init(reader))?.role ?? .layer
  }
}
