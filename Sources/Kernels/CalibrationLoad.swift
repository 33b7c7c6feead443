internal import CMicrokernels

/// Work that belongs to the machine and not to any network: what a network takes as a multiple of it says how fast the network
/// is, however fast the machine.
///
/// The mix follows what convolutional and attention networks stress, in like shares of time: register-tiled products from the
/// second-level cache, sweeps over activations that fit it, and a stream of weights that do not. Neither the mix nor its code
/// ever changes under one `identifier`; it shares nothing with the kernels that run networks.
package final class CalibrationLoad {
  /// Names code, sizes and proportions together, and how a ratio is formed with them.
  package static let identifier = "calibration/2"

  /// One run, in milliseconds.
  package struct Time: Sendable, Equatable {
    /// Integer operations that take every place the core has to issue them, before the load and no part of it.
    package var issue: Double
    /// The arithmetic alone: it moves least with what the memory does.
    package var arithmetic: Double
    package var whole: Double

    package var memory: Double { whole - arithmetic }

    package init(issue: Double, arithmetic: Double, whole: Double) {
      self.issue = issue
      self.arithmetic = arithmetic
      self.whole = whole
    }
  }

  /// For each thread: the left matrix, the right matrix, two buffers to sweep, a buffer to stream.
  private let pool: ThreadPool

  /// - Parameter threads: as many as the network runs on, each with memory of its own.
  package init(_ instructionSet: InstructionSet = .native, threads: Int = 1) throws(MemoryError) {
    let threads = max(1, min(threads, ThreadPool.availableCores))
    pool = ThreadPool(threads: threads, work: try CalibrationStages(instructionSet.code, threads: threads))
  }

  /// Runs the load once, on all threads.
  package func run() -> Time {
    let probe = ContinuousClock.now
    pool.run(0..<1)
    let start = ContinuousClock.now
    pool.run(1..<2)
    let middle = ContinuousClock.now
    pool.run(2..<3)
    let end = ContinuousClock.now
    return Time(
      issue: (start - probe) / .milliseconds(1), arithmetic: (middle - start) / .milliseconds(1),
      whole: (end - start) / .milliseconds(1))
  }
}

/// The arithmetic, then the memory; a part for each thread, in buffers of its own.
private final class CalibrationStages: StagedWork {
  /// For each part: the left matrix, the right matrix, two buffers to sweep, a buffer to stream.
  private let memory: [PackedFloats]
  private let code: assay_isa

  /// Three fifths of the time for the arithmetic and two fifths for the memory, on the machine that the load was made on.
  private static let products = 192
  private static let rounds = 100_000
  private static let depth = 128
  private static let leftFloats = depth * 6
  /// 256 KiB.
  private static let rightFloats = 64 << 10
  /// 384 KiB each.
  private static let sweepFloats = 96 << 10
  /// 8 MiB.
  private static let streamFloats = 2 << 20

  init(_ code: assay_isa, threads: Int) throws(MemoryError) {
    self.code = code
    var memory: [PackedFloats] = []
    let count = Self.leftFloats + Self.rightFloats + 2 * Self.sweepFloats + Self.streamFloats
    for _ in 0..<threads {
      memory.append(
        try PackedFloats(count: count) { floats in
          for index in 0..<count { floats[index] = Float(index % 61) / 61 }
        })
    }
    self.memory = memory
  }

  func parts(of stage: Int) -> Int { memory.count }

  func run(_ stage: Int, part: Int, of parts: Int, thread: Int) {
    switch stage {
    case 0: _ = assay_calibrate_issue(Self.rounds)
    case 1: multiply(part)
    default: move(part)
    }
  }

  private func multiply(_ part: Int) {
    let left = memory[part].pointer
    for _ in 0..<Self.products {
      _ = assay_calibrate_product(code, left, left + Self.leftFloats, Self.depth, Self.rightFloats)
    }
  }

  private func move(_ part: Int) {
    let sweep = UnsafeMutablePointer(mutating: memory[part].pointer) + Self.leftFloats + Self.rightFloats
    for _ in 0..<2 {
      assay_calibrate_sweep(code, sweep, sweep + Self.sweepFloats, Self.sweepFloats)
    }
    _ = assay_calibrate_stream(code, sweep + 2 * Self.sweepFloats, Self.streamFloats)
  }
}
