internal import Network
internal import Operators

/// Lifetimes as MCUNet counts them: the input of an inverted bottleneck (a pointwise convolution that widens, a depthwise
/// one, a pointwise one that narrows) is held until the block is done, whether or not it has a skip connection.
///
/// With it MobileNetV2 needs 1,705,984 elements (6.8 MB; Lin et al., MCUNet, NeurIPS 2020, table 1).
struct BlockInputs {
  /// `LayerTensors.lastUse` with block inputs held.
  private(set) var lastUse: [Int?]

  init(_ inferred: InferredGraph, _ layering: Layers, _ tensors: LayerTensors) {
    lastUse = tensors.lastUse
    let convolutions = layering.layers.indices.map { index in
      Convolution.of(layering.layers[index].primary, inferred)
    }
    /// The main tensor that a layer reads: for a gate, the one with the layer's own output size.
    func mainInput(_ layer: Int) -> ValueID? {
      let candidates = tensors.layers[layer].inputs
      guard candidates.count > 1, let output = tensors.layers[layer].outputs.first else {
        return candidates.first
      }
      return candidates.first { inferred.elementCount(of: $0) == inferred.elementCount(of: output) }
    }
    /// The convolution layer whose output reaches `layer`, past gates and other element-by-element layers.
    func convolution(before layer: Int) -> Int? {
      var layer = layer
      for _ in 0..<3 {
        guard let producer = mainInput(layer).flatMap({ inferred.graph.producer(of: $0) }),
          let before = layering.layerOfNode[producer.index]
        else { return nil }
        if convolutions[before] != nil { return before }
        guard layering.layers[before].role == .elementwise || layering.layers[before].role == .activation
        else {
          return nil
        }
        layer = before
      }
      return nil
    }
    for (project, kind) in convolutions.enumerated() {
      guard let kind, kind.isPointwise, kind.outputChannels < kind.inputChannels,
        let middle = depthwise(convolution(before: project), convolutions),
        let expand = widening(convolution(before: middle), convolutions),
        let input = tensors.layers[expand].inputs.first
      else { continue }
      lastUse[input.index] = lastUse[input.index].map { max($0, project) }
    }
  }

  private func depthwise(_ layer: Int?, _ convolutions: [Convolution?]) -> Int? {
    layer.flatMap { convolutions[$0]?.isDepthwise == true ? $0 : nil }
  }

  private func widening(_ layer: Int?, _ convolutions: [Convolution?]) -> Int? {
    guard let layer, let convolution = convolutions[layer], convolution.isPointwise else { return nil }
    return convolution.outputChannels > convolution.inputChannels ? layer : nil
  }

  /// The shape of a convolution layer's weight, `[output channels, input channels / groups, kernel ...]`.
  private struct Convolution {
    var outputChannels: Int
    var inputChannels: Int
    var isPointwise: Bool
    var isDepthwise: Bool

    /// nil for a layer whose primary node is no convolution of known extents.
    static func of(_ primary: NodeID, _ inferred: InferredGraph) -> Convolution? {
      let node = inferred.graph[primary]
      guard node.operatorName == "Conv", node.inputs.count > 1, let data = node.inputs[0],
        let weight = node.inputs[1], let extents = inferred.tensor(weight)?.shape?.known, extents.count > 2,
        let channels = inferred.tensor(data)?.shape?.dimensions.dropFirst().first ?? nil
      else { return nil }
      return Convolution(
        outputChannels: extents[0], inputChannels: channels,
        isPointwise: extents[1] == channels && extents.dropFirst(2).allSatisfy { $0 == 1 },
        isDepthwise: extents[1] == 1 && channels > 1)
    }
  }
}
