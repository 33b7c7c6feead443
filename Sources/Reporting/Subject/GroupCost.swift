internal import Analysis
internal import Profiling

/// What the layers of a stage or of a kind take together.
struct GroupCost: Sendable {
  var layerCount: Int
  var parameters: Tally
  var macs: Tally
  var operations: Tally
  var bytesMoved: Tally
  /// Sum of these layers' parts of the measured times; nil where nothing was measured.
  var milliseconds: Double?
  /// Sums over the layers that have a part in a measured time, so that rates and times go together.
  private var timedFlops: Double

  init(_ layers: [Int], of subject: Subject) {
    let chosen = layers.map { subject.analysis.layers[$0] }
    layerCount = layers.count
    parameters = Tally(chosen.map(\.parameters.learnable))
    macs = Tally(chosen.map(\.macs))
    operations = Tally(chosen.map(\.operations))
    bytesMoved = Tally(chosen.map(\.bytesMoved))
    let timed = layers.filter { subject.dividedTimes[$0] != nil }
    milliseconds =
      subject.layerSum == nil ? nil : timed.reduce(0) { $0 + (subject.dividedTimes[$1] ?? 0) }
    let flops = timed.reduce(0) { $0 + 2 * Double(subject.analysis.layers[$1].macs ?? 0) }
    // Static counts are of the analysis' batch, times of the measured one.
    timedFlops = flops * subject.batchScale
  }

  /// 2 x MACs over time, 10⁹ per second; nil without MACs or without time.
  var gigaflops: Double? {
    guard let milliseconds, milliseconds > 0, timedFlops > 0 else { return nil }
    return timedFlops / milliseconds / 1e6
  }

  var intensity: Double? {
    guard let operations = operations.value, let bytes = bytesMoved.value, bytes > 0, operations > 0 else {
      return nil
    }
    return Double(operations) / Double(bytes)
  }
}

extension Subject {
  /// How many times the work of the static figures one measured run does.
  var batchScale: Double {
    guard let reference, let batch, batch > 0 else { return 1 }
    return Double(reference.batch) / Double(batch)
  }

  /// The layers by kind, those that take most first (time if measured, else MACs).
  var costsByKind: [(kind: LayerKind, layers: [Int], cost: GroupCost)] {
    var layers: [LayerKind: [Int]] = [:]
    for (index, kind) in kinds.enumerated() { layers[kind, default: []].append(index) }
    return layers.map { ($0.key, $0.value, GroupCost($0.value, of: self)) }.sorted { a, b in
      let left = (a.2.milliseconds ?? 0, a.2.macs.known, a.2.layerCount)
      let right = (b.2.milliseconds ?? 0, b.2.macs.known, b.2.layerCount)
      return left == right ? a.0 < b.0 : left > right
    }
  }
}
