package import Network
internal import Operators

/// Counts everything that can be said of a network without running it.
package enum Analyzer {
  package static func analyze(
    _ network: Network, _ options: AnalysisOptions = AnalysisOptions()
  ) throws(AnalysisError) -> StaticAnalysis {
    try analyze(try ShapeInference.infer(network, options))
  }

  package static func analyze(_ inferred: InferredGraph) throws(AnalysisError) -> StaticAnalysis {
    let layering = Layers(inferred)
    let tensors = LayerTensors(inferred, layering)
    let parameters = try Parameters(inferred, layering)
    let costs = try Costs(inferred, layering, tensors)
    let liveness = try Liveness(inferred, layering, tensors)
    let fields = ReceptiveFields(inferred, layering)
    let totals = try Totals(parameters, costs, liveness, fields)
    let layers = layering.layers.indices.map { index in
      Layer.of(layering.layers[index], at: index, inferred, tensors, parameters, costs, liveness, fields)
    }
    return StaticAnalysis(
      network: NetworkSummary(inferred), bindings: inferred.bindings, totals: totals, layers: layers,
      timeline: liveness.live.enumerated().map { MemoryStep(layer: $0.offset, live: $0.element) },
      findings: inferred.network.findings, attention: AttentionUnits.find(in: inferred, layering))
  }
}

extension Totals {
  fileprivate init(
    _ parameters: Parameters, _ costs: Costs, _ liveness: Liveness, _ fields: ReceptiveFields
  ) throws(AnalysisError) {
    let byType = parameters.bytesByType.sorted { $0.value.bytes > $1.value.bytes }
      .map { (type: $0.key, elements: $0.value.elements, bytes: $0.value.bytes) }
    let macs = try costs.total { $0.macs }
    let integerMACs = costs.layers.reduce(0) { $0 + $1.integerMACs }
    // Parts of sums that were checked.
    let neededMACs = costs.layers.reduce(0) { $0 + ($1.macs == nil ? 0 : $1.neededMACs) }
    self.init(
      parameters: parameters.totals, weightBytes: byType.reduce(0) { $0 + $1.bytes },
      weightBytesByType: byType,
      macs: macs, neededMACs: neededMACs, integerMACs: integerMACs, flops: try costs.total { $0.flops },
      elementwiseOperations: try costs.total { $0.elementwiseOperations },
      operations: try costs.total { $0.operations },
      bytesMoved: try costs.totalBytesMoved(), activations: liveness.activations,
      receptiveField: fields.network, completeness: costs.completeness)
  }
}

extension Layer {
  // Not an initialiser, which would take copies of what it is given.
  fileprivate static func of(
    _ layer: LayerNodes, at index: Int, _ inferred: InferredGraph, _ tensors: LayerTensors,
    _ parameters: Parameters, _ costs: Costs, _ liveness: Liveness, _ fields: ReceptiveFields
  ) -> Layer {
    let primary = inferred.graph[layer.primary]
    var operators: [String] = []
    operators.reserveCapacity(layer.nodes.count)
    for node in layer.nodes where node == layer.primary || !inferred.graph[node].isAuxiliary {
      operators.append(inferred.graph[node].operatorName)
    }
    return Layer(
      name: primary.displayName(in: inferred.graph), operator: primary.operatorName, operators: operators,
      nodes: layer.nodes, inputs: describe(tensors.layers[index].inputs, inferred),
      outputs: describe(tensors.layers[index].outputs, inferred),
      module: ModuleScope(of: primary), detail: LayerDetail.text(layer, inferred),
      groups: LayerDetail.groups(of: primary),
      parameters: parameters.layers[index], parameterBytes: parameters.layerBytes[index],
      macs: costs.layers[index].macs, flops: costs.layers[index].flops,
      elementwiseOperations: costs.layers[index].elementwiseOperations,
      operations: costs.layers[index].operations, bytesMoved: costs.layers[index].bytesMoved,
      activations: liveness.layerActivations[index],
      live: liveness.isLiveKnown[index] ? liveness.live[index] : nil,
      receptiveField: fields.layers[index])
  }

  private static func describe(_ values: [ValueID], _ inferred: InferredGraph) -> [TensorInfo] {
    var result: [TensorInfo] = []
    result.reserveCapacity(values.count)
    for value in values {
      guard let type = inferred.facts[value.index]?.type else { continue }
      result.append(TensorInfo(value: value, name: inferred.graph.values[value.index].name, type: type))
    }
    return result
  }
}

extension NetworkSummary {
  fileprivate init(_ inferred: InferredGraph) {
    let network = inferred.network
    func ports(_ values: [ValueID]) -> [Port] {
      values.compactMap { value in
        guard let fact = inferred.facts[value.index] else { return nil }
        return Port(
          name: inferred.graph[value].name, type: fact.type,
          declared: inferred.graph[value].declaredDimensions)
      }
    }
    let file = network.path.split(separator: "/").last.map(String.init) ?? ""
    self.init(
      name: file.isEmpty ? network.name : Self.stem(file), format: network.format, path: network.path,
      fileBytes: network.fileBytes, producer: network.producer, operatorSets: network.operatorSets,
      nodeCount: network.graph.operatorCount, inputs: ports(inferred.graph.inputs),
      outputs: ports(inferred.graph.outputs))
  }

  /// The file's name without its last extension.
  private static func stem(_ file: String) -> String {
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
    return String(file[..<dot])
  }
}
