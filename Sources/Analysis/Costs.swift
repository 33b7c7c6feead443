internal import Network
internal import Operators

/// The work of each layer and the memory traffic that it needs at least, as executed.
struct Costs {
  /// One entry for each layer.
  private(set) var layers: [LayerCost] = []
  private(set) var completeness = Completeness()

  struct LayerCost {
    /// nil where no node of the layer has a rule or its extents are not known.
    var macs: Int?
    var integerMACs = 0
    /// MACs that are needed where causal attention skips what its mask hides.
    var neededMACs = 0
    var elementwiseOperations: Int?
    var operations: Int?
    var flops: Int?
    var bytesMoved: Int?
    /// What `bytesMoved` holds of tables of which only a part is read.
    var tableReads: [TableRead] = []
  }

  /// A gather reads of its table no more than it hands on, and no more than there is.
  struct TableRead {
    var tableBytes: Int
    var gatheredBytes: Int
    var bytes: Int { min(tableBytes, gatheredBytes) }
  }

  init(_ inferred: InferredGraph, _ layering: Layers, _ tensors: LayerTensors) throws(AnalysisError) {
    var uncounted: [String: Int] = [:]
    var bounds: [String] = []
    layers.reserveCapacity(layering.layers.count)
    for (index, layer) in layering.layers.enumerated() {
      var cost = LayerCost(macs: 0, elementwiseOperations: 0)
      for id in layer.nodes {
        if inferred.boundedNodes.contains(id), inferred.nestedCosts[id] != nil {
          bounds.append(inferred.graph[id].displayName(in: inferred.graph))
        }
        guard let node = try Self.cost(of: id, in: layer, inferred) else {
          let node = inferred.graph[id]
          let name = node.domain.isEmpty ? node.operatorName : "\(node.domain).\(node.operatorName)"
          uncounted[name, default: 0] += 1
          cost.macs = nil
          cost.elementwiseOperations = nil
          break
        }
        cost.macs = try cost.macs.adding(node.macs)
        cost.elementwiseOperations = try cost.elementwiseOperations.adding(node.elementwiseOperations)
        cost.neededMACs += node.causalMACs ?? node.macs
        if Self.isInteger(id, inferred) { cost.integerMACs += node.macs }
      }
      if let macs = cost.macs, let elementwise = cost.elementwiseOperations {
        let (twice, overflow) = macs.multipliedReportingOverflow(by: 2)
        if overflow { throw .overflow(figure: "the number of operations") }
        cost.flops = twice - 2 * cost.integerMACs
        cost.operations = try Optional(twice).adding(elementwise)
      }
      if tensors.isWork(layer.role) {
        cost.bytesMoved = try Self.bytesMoved(
          layer, tensors.layers[index], tensors.sizes, inferred, &cost.tableReads)
        if Self.isOpen(tensors.layers[index], tensors.sizes, inferred) {
          let kind = inferred.graph[layer.primary].operatorName
          if uncounted[kind] == nil { uncounted[kind] = 1 }
        }
      } else {
        cost.bytesMoved = 0
      }
      layers.append(cost)
    }
    completeness = Completeness(
      uncounted: uncounted.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { Completeness.Uncounted(operator: $0.key, count: $0.value) }, bounds: bounds)
  }

  /// The layers' figures added up; one that is not known adds nothing.
  func total(_ figure: (LayerCost) -> Int?) throws(AnalysisError) -> Int {
    var total = 0
    for index in layers.indices {
      let (result, overflow) = total.addingReportingOverflow(figure(layers[index]) ?? 0)
      if overflow { throw .overflow(figure: "the number of operations") }
      total = result
    }
    return total
  }

  /// nil where that of one layer is not known.
  func totalBytesMoved() throws(AnalysisError) -> Int? {
    layers.allSatisfy { $0.bytesMoved != nil } ? try total { $0.bytesMoved } : nil
  }

  /// The work of one node as part of its layer; nil where nobody has written the rule.
  private static func cost(
    of id: NodeID, in layer: LayerNodes, _ inferred: InferredGraph
  ) throws(AnalysisError) -> Cost? {
    let node = inferred.graph[id]
    switch inferred.roles[id.index] {
    case nil: return nil
    case .view?, .constant?: return .free
    case _ where node.isAuxiliary: return .free
    case _ where inferred.captures[id] != nil: return inferred.nestedCosts[id]
    case .normalization? where layer.role == .matrixLayer:
      return foldedNormalization(node, into: inferred.graph[layer.primary], inferred)
    default: break
    }
    guard let kind = inferred.operators[id.index] else { return nil }
    do {
      return try kind.cost(inputs: inferred.inputFacts(node), outputs: inferred.outputFacts(node))
    } catch {
      throw .node(.init(node), error)
    }
  }

  /// Folding leaves a bias where there was none, and nothing else.
  private static func foldedNormalization(_ node: Node, into matrix: Node, _ inferred: InferredGraph) -> Cost?
  {
    guard case let output?? = node.outputs.first, let count = inferred.tensor(output)?.elementCount else {
      return nil
    }
    return Cost(elementwiseOperations: hasBias(matrix) ? 0 : count)
  }

  private static func hasBias(_ matrix: Node) -> Bool { matrix.inputs.count > 2 && matrix.inputs[2] != nil }

  private static func isInteger(_ id: NodeID, _ inferred: InferredGraph) -> Bool {
    guard case .matrixLayer? = inferred.roles[id.index],
      case let data?? = inferred.graph[id].inputs.first
    else { return false }
    return inferred.tensor(data)?.element.isInteger ?? false
  }

  /// Whether what a layer writes, or an input of the network that it reads, is of unknown size. What another layer has written
  /// is named there.
  private static func isOpen(
    _ tensors: LayerTensors.Tensors, _ sizes: [Extent?], _ inferred: InferredGraph
  ) -> Bool {
    tensors.outputs.contains { sizes[$0.index] == nil }
      || tensors.inputs.contains { sizes[$0.index] == nil && inferred.graph.producer(of: $0) == nil }
  }

  /// Weights and inputs read once, outputs written once; nil where a size is not known.
  private static func bytesMoved(
    _ layer: LayerNodes, _ tensors: LayerTensors.Tensors, _ sizes: [Extent?], _ inferred: InferredGraph,
    _ tableReads: inout [TableRead]
  ) throws(AnalysisError) -> Int? {
    var bytes: Int? = 0
    for values in [tensors.inputs, tensors.outputs] {
      for value in values {
        guard let size = sizes[value.index]?.bytes else { return nil }
        bytes = try bytes.adding(size)
      }
    }
    for id in layer.nodes {
      let node = inferred.graph[id]
      if node.isAuxiliary { continue }
      let isFolded = inferred.roles[id.index] == .normalization && layer.role == .matrixLayer
      for (place, input) in node.inputs.enumerated() {
        guard let input, inferred.isConstant[input.index],
          let size = sizes[inferred.stored(input).index]?.bytes
        else { continue }
        if isFolded, place != 2 || hasBias(inferred.graph[layer.primary]) { continue }
        guard let read = tableRead(of: size, by: node, inferred) else {
          bytes = try bytes.adding(size)
          continue
        }
        tableReads.append(read)
        bytes = try bytes.adding(read.bytes)
      }
    }
    return bytes
  }

  /// nil where the node reads all of its constants.
  private static func tableRead(of size: Int, by node: Node, _ inferred: InferredGraph) -> TableRead? {
    guard node.operatorName.hasPrefix("Gather"), case let output?? = node.outputs.first,
      let written = inferred.tensor(output)?.byteCount
    else { return nil }
    return TableRead(tableBytes: size, gatheredBytes: written)
  }
}

extension Int? {
  /// The sum, nil if this is nil.
  fileprivate func adding(_ other: Int) throws(AnalysisError) -> Int? {
    guard let self else { return nil }
    let (sum, overflow) = self.addingReportingOverflow(other)
    if overflow { throw .overflow(figure: "the number of operations") }
    return sum
  }
}
