internal import Analysis
internal import Profiling

/// Where the time of a layer is told: at itself, or at the layer that runs in the same step and gives it its work.
enum LayerTime: Sendable {
  case measured(Measured)
  case within(layer: Int)

  struct Measured: Sendable {
    var milliseconds: Double
    /// 2 x MACs over time.
    var gigaflops: Double?
    var bound: Bound?
    var kernel: String
    /// All layers of the step.
    var layers: [Int]
  }

  var measured: Measured? {
    if case .measured(let measured) = self { measured } else { nil }
  }

  var leader: Int? {
    if case .within(let layer) = self { layer } else { nil }
  }

  /// One entry per layer; nil where no step covers it.
  static func all(of profile: BatchProfile?, layers: [Layer]) -> [LayerTime?] {
    var times = [LayerTime?](repeating: nil, count: layers.count)
    for step in profile?.steps ?? [] {
      let covered = step.layers.filter(layers.indices.contains)
      guard let leader = covered.first(where: { layers[$0].name == step.name }) ?? covered.first else {
        continue
      }
      for layer in covered where layer != leader { times[layer] = .within(layer: leader) }
      times[leader] = .measured(
        Measured(
          milliseconds: step.milliseconds, gigaflops: step.gigaflopsPerSecond, bound: step.bound,
          kernel: step.kernel, layers: covered))
    }
    return times
  }
}
