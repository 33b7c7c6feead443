internal import Analysis
internal import Execution
internal import Kernels
internal import Network
internal import Statistics

/// One batch size: its plan, its executor, and what is measured on them.
struct BatchRun {
  let batch: Int
  let executor: Executor
  let planMilliseconds: Double
  let firstRunMilliseconds: Double
  private let options: ProfileOptions
  private let analysis: StaticAnalysis
  /// The layers that each step executes.
  private let layersOfStep: [[Int]]
  /// One row for each step, if it was asked for.
  private let explanation: PlanExplanation?

  init(_ network: Network, _ options: ProfileOptions, batch: Int) throws(ProfileError) {
    self.batch = batch
    self.options = options
    var bindings = options.analysis
    bindings.batch = batch
    let inferred: InferredGraph
    let plan: Plan
    SystemFacts.resetHighWaterMark()
    let start = ContinuousClock.now
    do throws(AnalysisError) {
      inferred = try ShapeInference.infer(network, bindings)
    } catch {
      throw .analysis(error)
    }
    do throws(ExecutionError) {
      plan = try Plan(
        inferred,
        options: PlanOptions(
          instructionSet: options.instructionSet, threads: options.threads, memoryLimit: options.memoryLimit))
      executor = try Executor(plan)
      planMilliseconds = (ContinuousClock.now - start).inMilliseconds
      try SampleInputs.set(on: executor, for: inferred)
      let firstRun = ContinuousClock.now
      try executor.run()
      firstRunMilliseconds = (ContinuousClock.now - firstRun).inMilliseconds
    } catch {
      throw .execution(error)
    }
    do throws(AnalysisError) {
      analysis = try Analyzer.analyze(inferred)
    } catch {
      throw .analysis(error)
    }
    layersOfStep = plan.layers(ofSteps: analysis.layers.map(\.nodes))
    explanation = options.explains ? PlanExplanation(plan) : nil
  }

  func measure(_ machine: Machine, progress: (Double) -> Void) throws(ProfileError) -> BatchProfile {
    do throws(ExecutionError) {
      return try measureRuns(machine, progress)
    } catch {
      throw .execution(error)
    }
  }

  private func measureRuns(
    _ machine: Machine, _ progress: (Double) -> Void
  ) throws(ExecutionError) -> BatchProfile {
    var timer = StepTimer(stepCount: options.measuresLayers ? executor.plan.steps.count : 0)
    var failure: ExecutionError?
    let measurement = Measurement.take(options.policy, progress: progress) {
      do throws(ExecutionError) { try executor.run() } catch { failure = error }
    } between: {
      guard options.measuresLayers else { return }
      do throws(ExecutionError) { try timer.run(executor) } catch { failure = error }
    }
    if let failure { throw failure }
    guard let latency = LatencySummary(measurement.samples) else { throw .outOfMemory(bytes: 0) }
    let plan = executor.plan
    let seconds = latency.p50 / 1000
    let steps = timer.medians.map { medians in
      let flops = flopsByStep(medians)
      return plan.steps.indices.map { index in
        stepProfile(index, milliseconds: medians[index], flops[index], machine)
      }
    }
    return BatchProfile(
      batch: batch, threads: executor.threads, warmUpRuns: measurement.warmUpRuns,
      isSteady: measurement.isSteady, samples: measurement.samples.count, latency: latency,
      throughputPerSecond: Double(batch) / seconds,
      gigaflopsPerSecond: Double(analysis.totals.flops) / seconds / 1e9,
      peakMemoryBytes: SystemFacts.highWaterMarkBytes, arenaBytes: plan.arenaBytes,
      arenaLowerBoundBytes: plan.arenaLowerBoundBytes, packedWeightBytes: plan.packedWeightBytes,
      layerSumMilliseconds: timer.medianOfSums, steps: steps ?? [], rawSamples: measurement.samples)
  }

  /// The arithmetic of each step: a layer that several steps share counts where most of its time is.
  private func flopsByStep(_ milliseconds: [Double]) -> [Int] {
    var stepOfLayer: [Int: Int] = [:]
    for (step, layers) in layersOfStep.enumerated() {
      for layer in layers where milliseconds[step] > stepOfLayer[layer].map({ milliseconds[$0] }) ?? -1 {
        stepOfLayer[layer] = step
      }
    }
    var flops = [Int](repeating: 0, count: layersOfStep.count)
    for (layer, step) in stepOfLayer { flops[step] += analysis.layers[layer].flops ?? 0 }
    return flops
  }

  private func stepProfile(
    _ index: Int, milliseconds: Double, _ flops: Int, _ machine: Machine
  ) -> StepProfile {
    let step = executor.plan.steps[index]
    let layers = layersOfStep[index].map { analysis.layers[$0] }
    return StepProfile(
      name: step.name, layers: layersOfStep[index], milliseconds: milliseconds,
      gigaflopsPerSecond: flops > 0 && milliseconds > 0 ? Double(flops) / milliseconds / 1e6 : nil,
      bound: Bound(layers, machine), kernel: step.choice?.kernel ?? "general",
      explanation: explanation.map { StepExplanation($0.steps[index], flops: flops, machine) })
  }
}

extension StepExplanation {
  /// The peak is one of floating-point operations and says nothing of products of integers.
  init(_ row: PlanExplanation.Row, flops: Int, _ machine: Machine) {
    let computes = flops > 0 && !row.isInteger && machine.peakGigaflops > 0
    self.init(
      operators: row.operators, tile: row.tile, instructionSet: row.instructionSet?.rawValue,
      layout: row.layout, reason: row.reason,
      computeMilliseconds: computes ? Double(flops) / machine.peakGigaflops / 1e6 : nil,
      bandwidthMilliseconds: machine.bandwidthGigabytes > 0 && row.movedBytes > 0
        ? Double(row.movedBytes) / machine.bandwidthGigabytes / 1e6 : nil)
  }
}

extension Bound {
  /// Where the layers lie on the roofline of `machine`: below its ridge, memory limits them.
  init?(_ layers: [Layer], _ machine: Machine) {
    let operations = layers.compactMap(\.operations).reduce(0, +)
    let bytes = layers.compactMap(\.bytesMoved).reduce(0, +)
    guard operations > 0, bytes > 0, machine.bandwidthGigabytes > 0 else { return nil }
    let ridge = machine.peakGigaflops / machine.bandwidthGigabytes
    self = Double(operations) / Double(bytes) < ridge ? .memory : .compute
  }
}
