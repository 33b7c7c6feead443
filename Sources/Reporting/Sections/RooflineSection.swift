internal import Analysis
internal import Profiling

/// Each layer against what the machine can do at its arithmetic intensity.
package struct RooflineSection: Section {
  package let title = "Roofline"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    guard let roof = subject.roof, let chart = RooflineChart(subject) else { return nil }
    blocks = [
      .paragraph(Self.sentence(roof, subject)), .chart(chart),
    ]
  }

  private static func sentence(_ roof: Roof, _ subject: Subject) -> Prose {
    let machine: Prose =
      "Measured in the same run on \(Numbers.plural(roof.threads, "thread")): \(strong: .number(roof.gigaflops, unit: "GFLOP/s")) of fused multiply-adds and \(strong: .number(roof.bandwidth, unit: "GB/s")) of memory bandwidth. Below \(Numbers.significant(roof.ridge)) operations per byte the memory is the limit, above it the arithmetic."
    guard let sum = subject.layerSum else { return machine }
    let bound = subject.analysis.layers.indices.filter { subject.bound(of: $0) == .memory }
    let time = bound.reduce(0) { $0 + (subject.milliseconds(of: $1) ?? 0) }
    return machine
      + " \(Numbers.plural(bound.count, "layer is", "layers are")) memory-bound and \(bound.count == 1 ? "takes" : "take") \(.share(time / sum)) of the time."
  }
}
