internal import Kernels

extension Machine {
  /// Measures peak and bandwidth of this machine, on one thread and on `threads` of them, in under a tenth of a second.
  static func measured(threads: Int, _ instructionSet: InstructionSet) throws(MemoryError) -> Machine {
    let peak = try MachinePeak.measure(instructionSets: [instructionSet])
    let used = min(threads, ThreadPool.availableCores)
    let single = peak.gigaflops(instructionSet) ?? 0
    let singleRead = peak.bandwidth()?.read ?? 0
    return Machine(
      peakGigaflopsPerThread: single,
      peakGigaflops: peak.gigaflops(instructionSet, threads: used) ?? single * Double(used),
      bandwidthGigabytesPerThread: singleRead,
      bandwidthGigabytes: peak.bandwidth(threads: used)?.read ?? singleRead * Double(used), threads: used)
  }
}
