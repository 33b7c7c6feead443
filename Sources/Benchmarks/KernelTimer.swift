import Kernels

/// Times prepared kernels on a pool, with buffers large enough for all of them.
struct KernelTimer {
  let pool: ThreadPool
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
    pool = ThreadPool(threads: threads)
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
    let scratch = try Buffers([pitch * pool.threads, kernel.sharedScratchBytes])
    let sources = inputs.pointers.map { UnsafeRawPointer($0) }
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .milliseconds(200))
    var best = Double.infinity
    var rounds = 0
    sources.withUnsafeBufferPointer { sources in
      output.pointers.withUnsafeBufferPointer { targets in
        guard let sources = sources.baseAddress, let targets = targets.baseAddress else { return }
        while rounds < 5 || clock.now < end {
          let time = clock.measure {
            pool.run(
              kernel, inputs: sources, outputs: targets, scratch: scratch.pointers[0], scratchPitch: pitch,
              sharedScratch: scratch.pointers[1])
          }
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
