import Kernels

/// 64-byte aligned floats, filled with NaN so that what a kernel forgets to write shows.
class Buffer {
  let start: UnsafeMutablePointer<Float>
  let count: Int
  private let owner: Buffer?

  init(count: Int) {
    self.count = count
    owner = nil
    let bytes = (max(count, 1) + 2048) * 4
    start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 1) + 2048)
    start.initialize(repeating: .nan, count: max(count, 1) + 2048)
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { start[index] = value }
  }

  /// What lies behind the first `offset` floats of another buffer.
  fileprivate init(_ other: Buffer, offset: Int) {
    start = other.start + offset
    count = other.count - offset
    owner = other
  }

  deinit { if owner == nil { start.deallocate() } }

  /// Whether anything was written behind the end.
  var isIntact: Bool { (count..<count + 2048).allSatisfy { start[$0].isNaN } }
}

/// A view into a buffer.
final class Part: Buffer {
  init(of buffer: Buffer, from offset: Int) { super.init(buffer, offset: offset) }
}

/// Runs every thread of every phase, one after the other.
func run(_ kernel: any PreparedKernel, inputs: [Buffer], output: Buffer, threads: Int) {
  run(kernel, inputs: inputs, outputs: [output], threads: threads)
}

func run(_ kernel: any PreparedKernel, inputs: [Buffer], outputs: [Buffer], threads: Int) {
  let scratch = (0..<threads).map { _ in Buffer(count: kernel.scratchBytesPerThread / 4) }
  let shared = Buffer(count: kernel.sharedScratchBytes / 4)
  let sources = inputs.map { UnsafeRawPointer($0.start) }
  let targets = outputs.map { UnsafeMutableRawPointer($0.start) }
  sources.withUnsafeBufferPointer { sources in
    targets.withUnsafeBufferPointer { targets in
      guard let sources = sources.baseAddress, let targets = targets.baseAddress else { return }
      for phase in 0..<kernel.phases {
        for thread in 0..<threads {
          kernel.run(
            KernelCall(
              inputs: sources, outputs: targets, scratch: UnsafeMutableRawPointer(scratch[thread].start),
              sharedScratch: UnsafeMutableRawPointer(shared.start), phase: phase, part: thread,
              parts: threads))
        }
      }
    }
  }
}

/// SplitMix64, to numbers in -1 ..< 1.
struct Generator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func float() -> Float {
    Float(Int32(truncatingIfNeeded: next() >> 40) - (1 << 23)) / Float(1 << 23)
  }

  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }
}

extension BlockedLayout {
  /// Index of channel `c`, pixel `(y, x)` of image `n`; pixels of the border are -1 and `width`.
  func index(_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Int {
    n * imagePitch + c / Self.block * planePitch + origin + y * rowPitch + x * Self.block + c % Self.block
  }

  /// The planar tensor in this layout.
  func blocked(_ planar: [Float]) -> Buffer {
    let buffer = Buffer(count: batch * imagePitch)
    for i in 0..<batch * imagePitch { buffer.start[i] = 0 }
    forEachElement { n, c, y, x, planarIndex in buffer.start[index(n, c, y, x)] = planar[planarIndex] }
    return buffer
  }

  /// The planar tensor, or nil if the border or a padded channel is not zero.
  func planar(_ buffer: Buffer) -> [Float]? {
    var result = [Float](repeating: 0, count: batch * channels * height * width)
    var rest = Array(UnsafeBufferPointer(start: buffer.start, count: batch * imagePitch))
    forEachElement { n, c, y, x, planarIndex in
      result[planarIndex] = buffer.start[index(n, c, y, x)]
      rest[index(n, c, y, x)] = 0
    }
    return rest.allSatisfy { $0 == 0 } && buffer.isIntact ? result : nil
  }

  private func forEachElement(_ body: (Int, Int, Int, Int, Int) -> Void) {
    for n in 0..<batch {
      for c in 0..<channels {
        for y in 0..<height {
          for x in 0..<width { body(n, c, y, x, ((n * channels + c) * height + y) * width + x) }
        }
      }
    }
  }
}

/// `||actual - expected|| / ||expected||`
func relativeError(_ actual: [Float], _ expected: [Double]) -> Double {
  var difference = 0.0
  var norm = 0.0
  for (a, e) in zip(actual, expected) {
    difference += (Double(a) - e) * (Double(a) - e)
    norm += e * e
  }
  guard actual.count == expected.count, !difference.isNaN else { return .infinity }
  return norm == 0 ? difference.squareRoot() : (difference / norm).squareRoot()
}

let availableInstructionSets = InstructionSet.allCases.filter {
  $0.isAvailable && $0 != .avx512vnni && $0 != .avx512amx
}
