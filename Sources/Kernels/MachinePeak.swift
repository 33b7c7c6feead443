internal import CMicrokernels

/// What this machine does at best, measured: the scale on which kernels are judged.
package struct MachinePeak: Sendable, Equatable {
  package struct Compute: Sendable, Equatable {
    package var instructionSet: InstructionSet
    package var threads: Int
    /// 10^9 floating-point operations a second, a multiply-add being two, from registers.
    package var gigaflops: Double
  }

  package struct Bandwidth: Sendable, Equatable {
    package var threads: Int
    /// 10^9 bytes a second read from a buffer beyond the private caches.
    package var read: Double
    /// 10^9 bytes a second read and written, both counted, by a copy within it.
    package var copy: Double
  }

  package var compute: [Compute]
  package var bandwidth: [Bandwidth]

  package func gigaflops(_ instructionSet: InstructionSet = .native, threads: Int = 1) -> Double? {
    compute.first { $0.instructionSet == instructionSet && $0.threads == threads }?.gigaflops
  }

  package func bandwidth(threads: Int = 1) -> Bandwidth? { bandwidth.first { $0.threads == threads } }

  /// Measures with one thread and with all cores; takes less than 100 ms.
  ///
  /// Each figure is the best of several short runs, after a while of work in which the clock settles: a core that
  /// was idle runs for some milliseconds faster than it can go on.
  package static func measure(instructionSets: [InstructionSet] = [.native]) throws(MemoryError)
    -> MachinePeak
  {
    var peak = MachinePeak(compute: [], bandwidth: [])
    let buffer = try Arena(byteCount: bufferBytes)
    for threads in Set([1, ThreadPool.availableCores]).sorted() {
      for instructionSet in instructionSets where instructionSet.isAvailable {
        let gigaflops = measureCompute(threads, instructionSet)
        peak.compute.append(
          Compute(instructionSet: instructionSet, threads: threads, gigaflops: gigaflops))
      }
      peak.bandwidth.append(measureBandwidth(threads, buffer))
    }
    return peak
  }

  /// 16 MiB: eight times a large L2.
  private static let bufferBytes = 16 << 20
  private static let clock = ContinuousClock()

  private static func measureCompute(_ threads: Int, _ instructionSet: InstructionSet) -> Double {
    let isa = instructionSet.code
    var sink: Float = 0
    let operations = assay_probe_multiply_add(isa, 1000, &sink)
    let once = best(of: 3) { _ = assay_probe_multiply_add(isa, 1000, &sink) }
    let iterations = max(1000, Int(1000 * 1e-3 / max(once, 1e-9)))
    let pool = together(threads) { _ in
      var sink: Float = 0
      _ = assay_probe_multiply_add(isa, iterations, &sink)
    }
    let seconds = best(of: 15) { pool.run(0..<1) }
    return operations * Double(iterations) / 1000 * Double(threads) / seconds / 1e9
  }

  private static func measureBandwidth(_ threads: Int, _ buffer: borrowing Arena) -> Bandwidth {
    let isa = InstructionSet.native.code
    // The buffer outlives both pools.
    nonisolated(unsafe) let base = buffer.base
    let part = buffer.byteCount / threads / 4096 * 4096
    let reading = together(threads) { thread in
      let start = (base + thread * part).assumingMemoryBound(to: Float.self)
      _ = assay_probe_read(isa, start, part / MemoryLayout<Float>.stride)
    }
    let readSeconds = best(of: 4) { reading.run(0..<1) }
    let copying = together(threads) { thread in
      let start = base + thread * part
      start.copyMemory(from: start + part / 2, byteCount: part / 2)
    }
    let copySeconds = best(of: 4) { copying.run(0..<1) }
    let bytes = Double(part * threads)
    return Bandwidth(
      threads: threads, read: bytes / readSeconds / 1e9, copy: bytes / copySeconds / 1e9)
  }

  /// Threads that do `body` at once, one part each.
  private static func together(_ threads: Int, _ body: @escaping @Sendable (_ part: Int) -> Void)
    -> ThreadPool
  {
    ThreadPool(threads: threads, work: OneStage(parts: threads, body))
  }

  /// The shortest of `count` times, after as much warming up.
  private static func best(of count: Int, _ body: () -> Void) -> Double {
    var best = Double.infinity
    for round in 0..<2 * count {
      let time = clock.measure(body)
      let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
      if round >= count { best = min(best, seconds) }
    }
    return best
  }
}
