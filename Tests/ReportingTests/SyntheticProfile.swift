import Analysis
import Profiling

/// Times that a machine of 60 GFLOP/s and 12 GB/s might give, by a fixed rule: no clock is read.
enum SyntheticProfile {
  static func of(_ analysis: StaticAnalysis, batches: [Int] = [1, 2, 4, 8], samples: Int = 400) -> Profile {
    Profile(
      environment: Environment(
        processor: "Example CPU @ 2.60GHz", architecture: "x86_64", instructionSet: "AVX2+FMA", cores: 2,
        memoryBytes: 8_589_934_592, operatingSystem: "Linux 6.1", frequencyMegahertz: 2600, loadAverage: 0.12,
        affinity: [0, 1], assayVersion: "0.1.0", date: "2026-01-02T03:04:05Z"),
      machine: Machine(
        peakGigaflopsPerThread: 62, peakGigaflops: 120, bandwidthGigabytesPerThread: 11.5,
        bandwidthGigabytes: 17.8,
        threads: 2),
      coldStart: ColdStart(loadMilliseconds: 1.25, planMilliseconds: 180.5, firstRunMilliseconds: 71.2),
      batches: batches.map { batch(analysis, $0, samples: samples) }, usesSyntheticWeights: false)
  }

  private static func batch(_ analysis: StaticAnalysis, _ batch: Int, samples: Int) -> BatchProfile {
    let steps = analysis.layers.enumerated().map { step($0, $1, batch: batch) }
    let sum = steps.reduce(0) { $0 + $1.milliseconds }
    let median = sum * 1.012
    let raw = (0..<samples).map { index in median * (0.985 + noise(index)) }
    let flops = 2 * Double(analysis.totals.macs) * Double(batch)
    return BatchProfile(
      batch: batch, threads: 1, warmUpRuns: 7, isSteady: true, samples: samples,
      latency: LatencySummary(
        min: raw.min() ?? median, p50: median, p90: samples < 29 ? nil : median * 1.02,
        p95: samples < 59 ? nil : median * 1.035, p99: samples < 299 ? nil : median * 1.12, p999: nil,
        mean: median * 1.004,
        standardDeviation: median * 0.013, confidence95: median * 0.998...median * 1.003),
      throughputPerSecond: Double(batch) / median * 1000, gigaflopsPerSecond: flops / median / 1e6,
      peakMemoryBytes: 140_000_000 + batch * 9_000_000, arenaBytes: 7_300_000 * batch,
      arenaLowerBoundBytes: 7_225_344 * batch, packedWeightBytes: 4 * analysis.totals.parameters.learnable,
      layerSumMilliseconds: sum, steps: steps, rawSamples: raw)
  }

  /// The roofline's time divided by an efficiency that depends on the kind of layer; batches reuse weights.
  private static func step(_ index: Int, _ layer: Layer, batch: Int) -> StepProfile {
    let isDepthwise = (layer.groups ?? 1) > 1
    let efficiency = (isDepthwise ? 0.28 : 0.82) * (0.8 + 0.4 * noise(index * 7) / 0.03)
    let flops = Double(batch) * Double(layer.operations ?? 0)
    let bytes =
      Double(batch) * Double((layer.bytesMoved ?? 0) - layer.parameterBytes) + Double(layer.parameterBytes)
    let compute = flops / 62e6
    let memory = bytes / 11.5e6
    let milliseconds = max(compute, memory) / min(efficiency, 0.97) + 0.003
    let macs = Double(batch) * Double(layer.macs ?? 0)
    return StepProfile(
      name: layer.name, layers: [index], milliseconds: milliseconds,
      gigaflopsPerSecond: macs > 0 ? 2 * macs / milliseconds / 1e6 : nil,
      bound: compute >= memory ? .compute : .memory,
      kernel: "direct")
  }

  /// Between 0 and 0.03, now and then more: a multiplicative hash of the index.
  private static func noise(_ index: Int) -> Double {
    let hash = UInt32(truncatingIfNeeded: index &+ 1) &* 2_654_435_761
    let value = Double(hash >> 8) / Double(1 << 24)
    return 0.03 * value + (index % 97 == 13 ? 0.09 : 0)
  }
}
