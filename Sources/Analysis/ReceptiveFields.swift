internal import Network
internal import Operators

/// How far an element of each layer's output sees into the network's input, over any graph, taking the largest path
/// (Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019).
package struct ReceptiveFields {
  /// One entry for each layer; nil where there is no spatial map or it cannot be told.
  private(set) var layers: [ReceptiveField?]
  /// Of the last spatial feature map, before global pooling or flatten.
  private(set) var network: ReceptiveField?
  private let inferred: InferredGraph
  private var fields: [FieldOfView?]
  private var gates: [String] = []
  private var gateOfLayer: [Int: String] = [:]

  init(_ inferred: InferredGraph, _ layering: Layers) {
    self.inferred = inferred
    fields = Array(repeating: nil, count: inferred.graph.values.count)
    layers = Array(repeating: nil, count: layering.layers.count)
    if Self.hasNoMaps(inferred) { return }
    for input in inferred.graph.inputs {
      guard let rank = inferred.tensor(input)?.shape?.rank, rank > 2 else { continue }
      fields[input.index] = .input(rank: rank)
    }
    for id in inferred.liveNodes { trace(id, layering) }
    var last: (layer: Int, value: ValueID)?
    for (index, layer) in layering.layers.enumerated() {
      guard let node = layer.nodes.last(where: { !inferred.isView($0) }) ?? layer.nodes.last,
        case let output?? = inferred.graph[node].outputs.first, let field = fields[output.index]
      else { continue }
      layers[index] = ReceptiveField(field, gates: gateOfLayer[index].map { [$0] } ?? [])
      if isFeatureMap(output, field) { last = (index, output) }
    }
    guard let last, let field = fields[last.value.index] else { return }
    network = ReceptiveField(field, gates: gates)
  }

  /// Operators of ai.onnx that look through no window. In a network of these alone nobody knows which axes are spatial, so there
  /// is nothing to tell; language models are such networks, and have the most nodes.
  package static let withoutWindow: Set = [
    "Add", "Attention", "Cast", "Clip", "Concat", "Div", "Erf", "Expand", "Gather", "Gelu", "Gemm",
    "Identity",
    "LayerNormalization", "MatMul", "Mul", "Neg", "Pow", "RMSNormalization", "Relu", "Reshape",
    "RotaryEmbedding",
    "Sigmoid", "Slice", "Softmax", "Split", "Sqrt", "Squeeze", "Sub", "Tanh", "Transpose", "Unsqueeze",
    "Where",
  ]

  private static func hasNoMaps(_ inferred: InferredGraph) -> Bool {
    inferred.liveNodes.allSatisfy { id in
      let node = inferred.graph[id]
      return node.domain.isEmpty && withoutWindow.contains(node.operatorName)
    }
  }

  /// Whether a value is a map whose field is told as the network's own: global pooling, which leaves one element,
  /// is not, nor is anything without spatial axes.
  private func isFeatureMap(_ value: ValueID, _ field: FieldOfView) -> Bool {
    guard field.isMap, let extents = inferred.tensor(value)?.shape?.dimensions, extents.count > 2 else {
      return false
    }
    return !field.seesAll || extents.count > 3 && extents[2...].contains { $0 != 1 }
  }

  private mutating func trace(_ id: NodeID, _ layering: Layers) {
    let node = inferred.graph[id]
    guard case let output?? = node.outputs.first, let kind = inferred.operators[id.index],
      let rank = inferred.tensor(output)?.shape?.rank
    else { return }
    let inputFacts = inferred.inputFacts(node)
    let outputFacts = inferred.outputFacts(node)
    let role = inferred.roles[id.index] ?? .layer
    if isGate(node, role), let layer = layering.layerOfNode[id.index] {
      let name = inferred.graph[layering.layers[layer].primary].displayName(in: inferred.graph)
      gates.append(name)
      gateOfLayer[layer] = name
    }
    var joined: FieldOfView?
    for (place, input) in node.inputs.enumerated() {
      guard let input, !inferred.isConstant[input.index], let field = fields[input.index] else { continue }
      if isLeftOut(place, of: node, role) { continue }
      let reach = kind.reach(into: place, inputs: inputFacts, outputs: outputFacts)
      if reach == .none { continue }
      guard let behind = self.field(field, behind: kind, node, reach, inputFacts, rank) else { return }
      joined = joined.map { $0.joined(with: behind) } ?? behind
    }
    guard let joined else { return }
    for case let output? in node.outputs where inferred.tensor(output)?.shape?.rank == rank {
      fields[output.index] = joined
    }
  }

  /// What is seen through one input of a node. Who sees everything goes on seeing everything, whatever moves it.
  private func field(
    _ field: FieldOfView, behind kind: any Operator, _ node: Node, _ reach: Reach, _ inputs: [Fact?],
    _ rank: Int
  ) -> FieldOfView? {
    if field.seesAll { return field.axes.count == rank ? field : field.whole(rank: rank) }
    return special(node, field, rank) ?? pooledWhole(kind, reach, field, inputs, rank)
      ?? field.behind(reach, rank: rank)
  }

  /// Operators whose effect on the axes is known beyond their reach: a transpose moves them, a product by a stored matrix
  /// and a normalisation of the last axis mix that axis alone.
  private func special(_ node: Node, _ field: FieldOfView, _ rank: Int) -> FieldOfView? {
    guard field.axes.count == rank, rank > 2 else { return nil }
    var result = field
    switch node.operatorName {
    case "Transpose":
      let order: [Int]
      if case .integers(let given) = node.attributes.first(where: { $0.name == "perm" })?.value {
        order = given
      } else {
        order = (0..<rank).reversed()
      }
      guard order.count == rank, order.allSatisfy(field.axes.indices.contains) else { return nil }
      result.axes = order.map { field.axes[$0] }
    case "MatMul":
      guard case let weight?? = node.inputs.last, inferred.isConstant[weight.index],
        inferred.tensor(weight)?.shape?.rank == 2
      else { return nil }
      result.axes[rank - 1] = .mixed
    case "LayerNormalization", "RMSNormalization":
      if case .integer(let axis) = node.attributes.first(where: { $0.name == "axis" })?.value,
        axis != -1, axis != rank - 1
      {
        return nil
      }
      result.axes[rank - 1] = .mixed
    default: return nil
    }
    return result
  }

  /// A pooling whose window is the whole map is global pooling by another name.
  private func pooledWhole(
    _ kind: any Operator, _ reach: Reach, _ field: FieldOfView, _ inputs: [Fact?], _ rank: Int
  ) -> FieldOfView? {
    guard kind.role == .layer, case .window(let kernel, _, _, _) = reach,
      let extents = inputs.first??.shape?.dimensions.dropFirst(2), kernel.count == extents.count
    else { return nil }
    let covers = zip(kernel, extents).allSatisfy { kernel, extent in extent.map { kernel >= $0 } ?? false }
    guard covers, extents.contains(where: { $0 != 1 }) else { return nil }
    return field.whole(rank: rank)
  }

  /// A product of a map and something that sees the whole input but has one element per channel: squeeze-and-excitation.
  private func isGate(_ node: Node, _ role: Role) -> Bool {
    node.operatorName == "Mul" && node.inputs.indices.contains { isLeftOut($0, of: node, role) }
  }

  private func isLeftOut(_ place: Int, of node: Node, _ role: Role) -> Bool {
    guard node.operatorName == "Mul", role == .elementwise, node.inputs.count == 2,
      let gate = node.inputs[place], let map = node.inputs[1 - place],
      let gateField = fields[gate.index], let mapField = fields[map.index],
      let extents = inferred.tensor(gate)?.shape?.dimensions
    else { return false }
    return gateField.seesAll && !mapField.seesAll && extents.dropFirst(2).allSatisfy { $0 == 1 }
  }
}

extension ReceptiveField {
  /// The field as it is told: spatial axes alone; nil before anything makes a map.
  fileprivate init?(_ field: FieldOfView, gates: [String]) {
    guard field.isMap else { return nil }
    if field.seesAll {
      let whole = Axis(size: nil, stride: nil, padding: nil)
      self.init(axes: Array(repeating: whole, count: field.spatialCount), isAligned: nil, gates: gates)
      return
    }
    var axes: [Axis] = []
    for axis in field.axes {
      switch axis {
      case .mixed: break
      case .window(let window):
        axes.append(
          Axis(
            size: Self.whole(window.size.rounded(.up)), stride: Self.whole(window.stride),
            padding: window.padding.flatMap(Self.whole)))
      }
    }
    guard !axes.isEmpty else { return nil }
    self.init(axes: axes, isAligned: field.isAligned, gates: gates)
  }

  /// The integer that a value is, if it is one and not too large.
  private static func whole(_ value: Double) -> Int? {
    let rounded = value.rounded()
    return abs(rounded - value) < 1e-6 ? Int(exactly: rounded) : nil
  }
}

extension ReceptiveField.Axis {
  /// The elements of the input that output element `position` sees, those in the padding included; nil where the field is the
  /// whole input or its padding is not defined.
  package func inputRange(at position: Int) -> ClosedRange<Int>? {
    guard let size, let stride, let padding else { return nil }
    let (start, overflow) = position.multipliedReportingOverflow(by: stride)
    guard !overflow, abs(start) < 1 << 60, abs(padding) < 1 << 60, size > 0, size < 1 << 60 else {
      return nil
    }
    return (start - padding)...(start - padding + size - 1)
  }
}

extension Node {
  /// The node's name, or its first output's where it has none.
  func displayName(in graph: Graph) -> String {
    if !name.isEmpty { return name }
    guard case let output?? = outputs.first else { return operatorName }
    return graph[output].name
  }
}
