internal import Analysis
internal import Profiling

extension JSONRenderer {
  func profile(_ profile: Profile, layers: [Layer]) -> JSONValue {
    [
      "environment": environment(profile.environment), "machine": machine(profile.machine),
      "coldStart": [
        "loadMilliseconds": .number(profile.coldStart.loadMilliseconds),
        "planMilliseconds": .number(profile.coldStart.planMilliseconds),
        "firstRunMilliseconds": .number(profile.coldStart.firstRunMilliseconds),
      ],
      "syntheticWeights": .boolean(profile.usesSyntheticWeights),
      "widenedFloats": .boolean(profile.widensFloats),
      "batches": .array(profile.batches.map { batch($0, layers: layers) }),
    ]
  }

  private func environment(_ environment: Environment) -> JSONValue {
    [
      "processor": .string(environment.processor), "architecture": .string(environment.architecture),
      "instructionSet": .string(environment.instructionSet), "cores": .integer(environment.cores),
      "memoryBytes": .optional(environment.memoryBytes),
      "operatingSystem": .string(environment.operatingSystem),
      "frequencyMegahertz": .optional(environment.frequencyMegahertz),
      "loadAverage": .optional(environment.loadAverage),
      "affinity": environment.affinity.map { .array($0.map { .integer($0) }) } ?? .null,
      "assayVersion": .string(environment.assayVersion), "date": .string(environment.date),
    ]
  }

  private func machine(_ machine: Machine) -> JSONValue {
    [
      "peakGigaflops": .number(machine.peakGigaflops),
      "bandwidthGigabytes": .number(machine.bandwidthGigabytes),
      "peakGigaflopsPerThread": .number(machine.peakGigaflopsPerThread),
      "bandwidthGigabytesPerThread": .number(machine.bandwidthGigabytesPerThread),
      "threads": .integer(machine.threads),
    ]
  }

  private func batch(_ batch: BatchProfile, layers: [Layer]) -> JSONValue {
    [
      "batch": .integer(batch.batch), "threads": .integer(batch.threads), "samples": .integer(batch.samples),
      "warmUpRuns": .integer(batch.warmUpRuns), "steady": .boolean(batch.isSteady),
      "latencyMilliseconds": latency(batch.latency),
      "throughputPerSecond": .number(batch.throughputPerSecond),
      "gigaflopsPerSecond": .optional(batch.gigaflopsPerSecond),
      "peakMemoryBytes": .optional(batch.peakMemoryBytes),
      "arenaBytes": .integer(batch.arenaBytes), "arenaLowerBoundBytes": .integer(batch.arenaLowerBoundBytes),
      "packedWeightBytes": .integer(batch.packedWeightBytes),
      "layerSumMilliseconds": .optional(batch.layerSumMilliseconds),
      "layers": .array(batch.steps.map { step($0, layers: layers) }),
    ]
  }

  private func latency(_ latency: LatencySummary) -> JSONValue {
    [
      "min": .number(latency.min), "p50": .number(latency.p50), "p90": .optional(latency.p90),
      "p95": .optional(latency.p95), "p99": .optional(latency.p99), "p999": .optional(latency.p999),
      "mean": .number(latency.mean), "standardDeviation": .optional(latency.standardDeviation),
      "confidence95": latency.confidence95.map { .array([.number($0.lowerBound), .number($0.upperBound)]) }
        ?? .null,
    ]
  }

  private func step(_ step: StepProfile, layers: [Layer]) -> JSONValue {
    let value: JSONValue = [
      "name": .string(step.name), "milliseconds": .number(step.milliseconds),
      "gigaflopsPerSecond": .optional(step.gigaflopsPerSecond), "bound": .optional(step.bound?.rawValue),
      "covers": .array(step.layers.filter(layers.indices.contains).map { .string(layers[$0].name) }),
      "kernel": .string(step.kernel),
    ]
    guard let told = step.explanation, case .object(let members) = value else { return value }
    return .object(members + [JSONValue.Member("explanation", explanation(told))])
  }

  private func explanation(_ explanation: StepExplanation) -> JSONValue {
    [
      "operators": .array(explanation.operators.map { .string($0) }), "tile": .string(explanation.tile),
      "instructionSet": .optional(explanation.instructionSet), "layout": .string(explanation.layout),
      "reason": .string(explanation.reason),
      "computeFloorMilliseconds": .optional(explanation.computeMilliseconds),
      "bandwidthFloorMilliseconds": .optional(explanation.bandwidthMilliseconds),
    ]
  }
}
