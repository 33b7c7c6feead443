internal import Analysis
internal import Execution
internal import Kernels
package import Network
internal import Statistics

/// Measures a network on the built-in executor: a batch sweep with latency, throughput, memory and the time of each step.
package enum Profiler {
  /// Profiles `network` at each batch size of `options`.
  package static func profile(
    _ network: Network, _ options: ProfileOptions, progress: (ProfileProgress) -> Void = { _ in }
  ) throws(ProfileError) -> Profile {
    let environment = Environment.current(
      instructionSet: options.instructionSet.rawValue, version: options.version)
    progress(ProfileProgress(activity: "measuring the machine", fraction: 0))
    let machine: Machine
    do throws(MemoryError) {
      machine = try Machine.measured(threads: options.threads, options.instructionSet)
    } catch {
      throw .memory(error)
    }
    var coldStart: ColdStart?
    var usesSyntheticWeights = false
    var widensFloats = false
    var batches: [BatchProfile] = []
    for (index, batch) in options.batches.enumerated() {
      let share = 1 / Double(options.batches.count)
      let run = try BatchRun(network, options, batch: batch)
      if coldStart == nil {
        coldStart = ColdStart(
          loadMilliseconds: options.loadMilliseconds, planMilliseconds: run.planMilliseconds,
          firstRunMilliseconds: run.firstRunMilliseconds)
      }
      usesSyntheticWeights = usesSyntheticWeights || run.executor.plan.usesSyntheticWeights
      widensFloats = widensFloats || run.executor.plan.widensFloats
      let result = try run.measure(machine) { fraction in
        progress(
          ProfileProgress(activity: "batch \(batch)", fraction: (Double(index) + fraction) * share))
      }
      batches.append(result)
    }
    return Profile(
      environment: environment, machine: machine,
      coldStart: coldStart ?? ColdStart(loadMilliseconds: 0, planMilliseconds: 0, firstRunMilliseconds: 0),
      batches: batches, usesSyntheticWeights: usesSyntheticWeights, widensFloats: widensFloats)
  }
}
