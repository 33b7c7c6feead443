internal import Network
internal import Operators

/// What memory sees of the layers: which tensors each reads and writes, and how long each lives.
///
/// A view is the tensor that it shows, so every value stands for its root: the value whose memory it is.
struct LayerTensors {
  /// The value whose memory each value is.
  private(set) var roots: [ValueID]
  private(set) var layers: [Tensors]
  /// The size of each value; nil where it is not known.
  let sizes: [Extent?]
  /// The last layer that reads each root; `afterAll` for outputs of the network, nil for what no other layer reads.
  private(set) var lastUse: [Int?]
  /// The network's inputs that anything reads.
  private(set) var inputs: [ValueID] = []

  static let afterAll = Int.max

  struct Tensors {
    /// Data that the layer reads, each root once.
    var inputs: [ValueID] = []
    /// What it leaves for others.
    var outputs: [ValueID] = []
    /// The input over which the output is written, for element-by-element layers.
    var overwritten: ValueID?
  }

  init(_ inferred: InferredGraph, _ layering: Layers) {
    let graph = inferred.graph
    sizes = graph.values.indices.map { index in
      guard let type = inferred.facts[index]?.type, let elements = type.elementCount,
        let bytes = type.byteCount
      else { return nil }
      return Extent(elements: elements, bytes: bytes)
    }
    roots = Array(graph.valueIDs)
    lastUse = Array(repeating: nil, count: graph.values.count)
    layers = Array(repeating: Tensors(), count: layering.layers.count)
    for id in inferred.liveNodes where inferred.isView(id) {
      guard case let source?? = graph[id].inputs.first, case let output?? = graph[id].outputs.first,
        !inferred.isConstant[source.index]
      else { continue }
      roots[output.index] = roots[source.index]
    }
    readInputs(inferred, layering)
    for output in graph.outputs { lastUse[roots[output.index].index] = Self.afterAll }
    inputs = graph.inputs.filter { lastUse[$0.index] != nil }
    writeOutputs(inferred, layering)
  }

  private mutating func readInputs(_ inferred: InferredGraph, _ layering: Layers) {
    var met = [Int](repeating: 0, count: roots.count)
    for index in layering.layers.indices {
      let read = rootsRead(by: layering.layers[index].nodes, of: index, inferred, layering, &met)
      layers[index].inputs = read
      for root in read { lastUse[root.index] = index }
    }
  }

  /// The tensors that a layer reads from outside itself, each once, in the order of its nodes. `met` says which layer, counted
  /// from 1, met each value last.
  private func rootsRead(
    by nodes: [NodeID], of layer: Int, _ inferred: InferredGraph, _ layering: Layers,
    _ met: inout [Int]
  ) -> [ValueID] {
    var found: [ValueID] = []
    func meet(_ input: ValueID) {
      guard !inferred.isConstant[input.index] else { return }
      let root = roots[input.index]
      if let producer = inferred.graph.producer(of: root), layering.layerOfNode[producer.index] == layer {
        return
      }
      guard met[root.index] != layer + 1 else { return }
      met[root.index] = layer + 1
      found.append(root)
    }
    for id in nodes {
      for case let input? in inferred.graph[id].inputs { meet(input) }
      if !inferred.captures.isEmpty { inferred.captures[id]?.forEach(meet) }
    }
    return found
  }

  private mutating func writeOutputs(_ inferred: InferredGraph, _ layering: Layers) {
    for index in layering.layers.indices {
      for id in layering.layers[index].nodes {
        for case let output? in inferred.graph[id].outputs
        where roots[output.index] == output && lastUse[output.index] != nil
          && !inferred.isConstant[output.index]
        {
          layers[index].outputs.append(output)
        }
      }
      layers[index].overwritten = overwritten(by: layering.layers[index].role, at: index, inferred)
    }
  }

  /// The dying input of the same type that an element-by-element layer writes over. The network's own inputs belong
  /// to the caller and are never written.
  private func overwritten(by role: Role, at index: Int, _ inferred: InferredGraph) -> ValueID? {
    switch role {
    case .elementwise, .activation, .normalization: break
    case .matrixLayer, .layer, .view, .constant: return nil
    }
    let tensors = layers[index]
    guard tensors.outputs.count == 1, let size = sizes[tensors.outputs[0].index] else { return nil }
    let element = inferred.tensor(tensors.outputs[0])?.element
    return tensors.inputs.first { input in
      lastUse[input.index] == index && inferred.graph.producer(of: input) != nil
        && sizes[input.index]?.bytes == size.bytes && inferred.tensor(input)?.element == element
    }
  }

  /// Whether a layer of this role is work on tensors, rather than a view or a computation of shapes.
  func isWork(_ role: Role) -> Bool {
    switch role {
    case .view, .constant: false
    case .matrixLayer, .layer, .activation, .normalization, .elementwise: true
    }
  }
}
