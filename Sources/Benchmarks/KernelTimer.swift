import Kernels

/// Times prepared kernels on a pool, with buffers large enough for all of them.
struct KernelTimer {
  let threads: Int
  let instructionSet: InstructionSet
  let filter: String

  /// Reads `threads=N`, an instruction set and part of a name.
  init(_ words: [String]) {
    var threads = 1
    var instructionSet = InstructionSet.native
    var filter = ""
    for word in words {
      if word.hasPrefix("threads="), let count = Int(word.dropFirst("threads=".count)) {
        threads = count
      } else if let chosen = InstructionSet(rawValue: word) {
        instructionSet = chosen
      } else {
        filter = word
      }
    }
    self.threads = min(threads, ThreadPool.availableCores)
    self.instructionSet = instructionSet
    self.filter = filter
  }

  /// The seconds of the fastest of many runs, within about a fifth of a second; the inputs hold small numbers.
  func seconds(
    _ kernel: any PreparedKernel, inputBytes: [Int], outputBytes: Int
  ) throws -> Double {
    let inputs = try Buffers(inputBytes)
    let output = try Buffers([outputBytes])
    let pitch = (kernel.scratchBytesPerThread + 4095) / 4096 * 4096
    let scratch = try Buffers([pitch * threads, kernel.sharedScratchBytes])
    let sources = inputs.pointers.map { UnsafeRawPointer($0) }
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .milliseconds(200))
    var best = Double.infinity
    var rounds = 0
    sources.withUnsafeBufferPointer { sources in
      output.pointers.withUnsafeBufferPointer { targets in
        guard let sources = sources.baseAddress, let targets = targets.baseAddress else { return }
        let pool = ThreadPool(
          threads: threads,
          work: KernelWork(
            kernel, threads: threads, inputs: sources, outputs: targets, scratch: scratch.pointers[0],
            scratchPitch: pitch, sharedScratch: scratch.pointers[1]))
        while rounds < 5 || clock.now < end {
          let time = clock.measure { pool.run(0..<kernel.phases) }
          best = min(best, Double(time.components.attoseconds) * 1e-18 + Double(time.components.seconds))
          rounds += 1
        }
      }
    }
    return best
  }

  /// Several arenas, since an array cannot hold what cannot be copied.
  private final class Buffers {
    private let arena: Arena
    let pointers: [UnsafeMutableRawPointer]

    init(_ sizes: [Int]) throws {
      let pitches = sizes.map { ($0 + 4095) / 4096 * 4096 + 4096 }
      arena = try Arena(byteCount: pitches.reduce(0, +))
      var next = arena.base
      var pointers: [UnsafeMutableRawPointer] = []
      for pitch in pitches {
        pointers.append(next)
        next += pitch
      }
      let floats = arena.base.assumingMemoryBound(to: Float.self)
      for i in 0..<arena.byteCount / MemoryLayout<Float>.stride { floats[i] = Float(i % 17) * 0.125 - 1 }
      self.pointers = pointers
    }
  }
}

/// The phases of one kernel on buffers that outlive it.
private final class KernelWork: StagedWork, @unchecked Sendable {
  private let kernel: any PreparedKernel
  private let inputs: UnsafePointer<UnsafeRawPointer>
  private let outputs: UnsafePointer<UnsafeMutableRawPointer>
  private let scratch: UnsafeMutableRawPointer
  private let scratchPitch: Int
  private let sharedScratch: UnsafeMutableRawPointer
  private let count: Int

  init(
    _ kernel: any PreparedKernel, threads: Int, inputs: UnsafePointer<UnsafeRawPointer>,
    outputs: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer, scratchPitch: Int,
    sharedScratch: UnsafeMutableRawPointer
  ) {
    self.kernel = kernel
    self.inputs = inputs
    self.outputs = outputs
    self.scratch = scratch
    self.scratchPitch = scratchPitch
    self.sharedScratch = sharedScratch
    count = kernel.parts(threads: threads)
  }

  func parts(of stage: Int) -> Int { count }

  func run(_ stage: Int, part: Int, of parts: Int, thread: Int) {
    kernel.run(
      KernelCall(
        inputs: inputs, outputs: outputs, scratch: scratch + thread * scratchPitch,
        sharedScratch: sharedScratch, phase: stage, part: part, parts: parts))
  }
}

/// A number with so many decimals, right-aligned.
func column(_ value: Double, decimals: Int, width: Int) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = Int((value * scale).rounded())
  var digits = String(abs(scaled))
  while digits.count <= decimals { digits = "0" + digits }
  let whole = digits.dropLast(decimals)
  let text = (scaled < 0 ? "-" : "") + whole + (decimals > 0 ? "." + digits.suffix(decimals) : "")
  return String(repeating: " ", count: max(0, width - text.count)) + text
}

func column(_ text: String, width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
