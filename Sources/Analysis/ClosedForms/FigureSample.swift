internal import Network
internal import Operators

/// The figures of a network under one binding, as far as closed forms tell them.
struct FigureSample {
  /// By layer.
  var layers: [LayerFigures]
  /// What is not a layer's: the network's inputs, or tensors inside layers.
  var totals: Totals
  /// Whether the same nodes execute in the same layers, which forms presume.
  var structure: Int
  var isComplete: Bool

  struct Totals {
    var macs = 0
    var flops = 0
    var elementwiseOperations = 0
    var operations = 0
    var bytesMoved: Int?
    var activations = Extent.zero
    var matrixOutputElements = 0
    var allTensorElements = 0
    var peaks: [Int] = []
  }

  struct LayerFigures {
    var name: String
    var macs: Int?
    var elementwiseOperations: Int?
    /// Without what is gathered from tables.
    var bytesMoved: Int?
    var activationBytes: Int?
    /// In the order of `Totals.peaks`: the pair, alive, alive with block inputs held.
    var memory: [Int]
    var tableReads: [Costs.TableRead]
  }

  init(_ inferred: InferredGraph) throws(AnalysisError) {
    let layering = Layers(inferred)
    let tensors = LayerTensors(inferred, layering)
    let costs = try Costs(inferred, layering, tensors)
    let liveness = try Liveness(inferred, layering, tensors)
    let activations = liveness.activations
    totals = Totals(
      macs: try costs.total(\.macs), flops: try costs.total(\.flops),
      elementwiseOperations: try costs.total(\.elementwiseOperations),
      operations: try costs.total(\.operations), bytesMoved: try costs.totalBytesMoved(),
      activations: activations.total ?? .zero,
      matrixOutputElements: activations.matrixOutputs?.elements ?? 0,
      allTensorElements: activations.allTensors?.elements ?? 0,
      peaks: [activations.peakPair, activations.peakLiveness, activations.peakBlockInput].map {
        $0?.extent.bytes ?? 0
      })
    isComplete = costs.completeness.isComplete
    var structure = Hasher()
    layers = []
    layers.reserveCapacity(layering.layers.count)
    for (index, layer) in layering.layers.enumerated() {
      structure.combine(layer.nodes)
      let cost = costs.layers[index]
      structure.combine(cost.tableReads.count)
      let gathered = cost.tableReads.reduce(0) { $0 + $1.bytes }
      layers.append(
        LayerFigures(
          name: inferred.graph[layer.primary].displayName(in: inferred.graph), macs: cost.macs,
          elementwiseOperations: cost.elementwiseOperations,
          bytesMoved: cost.bytesMoved.map { $0 - gathered },
          activationBytes: liveness.layerActivations[index]?.bytes,
          memory: [liveness.pairs[index].bytes, liveness.live[index].bytes, liveness.held[index].bytes],
          tableReads: cost.tableReads))
    }
    self.structure = structure.finalize()
  }
}
