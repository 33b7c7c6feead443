internal import Execution
internal import Statistics

/// Times the steps of a plan, run by run.
struct StepTimer {
  /// Milliseconds by step, one entry per run.
  private var times: [[Double]]
  /// The sum over the steps of each run, milliseconds.
  private var sums: [Double] = []

  init(stepCount: Int) { times = Array(repeating: [], count: stepCount) }

  /// Runs the plan once and takes the time of every step.
  mutating func run(_ executor: Executor) throws(ExecutionError) {
    var durations = [Duration](repeating: .zero, count: times.count)
    try executor.run { step, body in
      let start = ContinuousClock.now
      body()
      durations[step.index] = ContinuousClock.now - start
    }
    var sum = 0.0
    for (index, duration) in durations.enumerated() {
      times[index].append(duration.inMilliseconds)
      sum += duration.inMilliseconds
    }
    sums.append(sum)
  }

  /// The median time of each step; nil before the first run.
  var medians: [Double]? {
    sums.isEmpty ? nil : times.map { SortedSample($0).median ?? 0 }
  }

  /// The median over the runs of the sum of their steps, to be held against the end-to-end median.
  var medianOfSums: Double? { SortedSample(sums).median }
}
