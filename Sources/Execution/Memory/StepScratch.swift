internal import Kernels

/// How the working memory of a step lies in the arena: what its threads share, then each thread's own, in whole cache lines.
///
/// A line is left free behind each, so that what one thread fetches ahead is not what the next one writes.
struct StepScratch: Sendable {
  private static let line = 64
  private let sharedBytes: Int
  /// Bytes from one thread's to the next one's.
  private let pitch: Int

  init(_ kernel: any PreparedKernel) {
    sharedBytes = Self.spaced(kernel.sharedScratchBytes)
    pitch = Self.spaced(kernel.scratchBytesPerThread)
  }

  /// Nil if the bytes are more than an `Int` holds.
  func byteCount(threads: Int) -> Int? {
    let (own, isTooMuch) = pitch.multipliedReportingOverflow(by: threads)
    let (bytes, overflow) = own.addingReportingOverflow(sharedBytes)
    return isTooMuch || overflow ? nil : bytes
  }

  /// Where the memory of `thread` begins, in bytes from the start of the step's.
  func offset(ofThread thread: Int) -> Int { sharedBytes + thread * pitch }

  /// A kernel's own figure is the size of something that it could compute with: far below what an `Int` holds.
  private static func spaced(_ bytes: Int) -> Int { bytes == 0 ? 0 : (bytes + 2 * line - 1) / line * line }
}
