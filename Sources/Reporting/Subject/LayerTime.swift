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

    /// The two steps of one layer, for example a change of layout and what it is for, told as one.
    func joined(with other: Measured) -> Measured {
      let time = milliseconds + other.milliseconds
      let work = [self, other].compactMap { step in step.gigaflops.map { $0 * step.milliseconds } }
      let longer = milliseconds > other.milliseconds ? self : other
      return Measured(
        milliseconds: time, gigaflops: work.isEmpty || time <= 0 ? nil : work.reduce(0, +) / time,
        bound: longer.bound, kernel: longer.kernel, layers: Set(layers + other.layers).sorted())
    }
  }

  /// Milliseconds of each layer for sums over some of them: those of a step that does the work of several are divided by their
  /// MACs. nil where a layer has no part in any.
  static func divided(_ profile: BatchProfile?, layers: [Layer]) -> [Double?] {
    var times = [Double?](repeating: nil, count: layers.count)
    for step in profile?.steps ?? [] {
      let covered = step.layers.filter(layers.indices.contains)
      let macs = covered.map { Double(layers[$0].macs ?? 0) }
      let all = macs.reduce(0, +)
      guard all > 0 else {
        let leader = covered.first { layers[$0].name == step.name } ?? covered.first
        if let leader { times[leader] = (times[leader] ?? 0) + step.milliseconds }
        continue
      }
      for (layer, macs) in zip(covered, macs) where macs > 0 {
        times[layer] = (times[layer] ?? 0) + step.milliseconds * macs / all
      }
    }
    return times
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
      for layer in covered where layer != leader && times[layer] == nil {
        times[layer] = .within(layer: leader)
      }
      let measured = Measured(
        milliseconds: step.milliseconds, gigaflops: step.gigaflopsPerSecond, bound: step.bound,
        kernel: step.kernel, layers: covered)
      times[leader] = .measured(times[leader]?.measured.map { $0.joined(with: measured) } ?? measured)
    }
    return times
  }
}
