#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

package enum MemoryError: Error, Equatable {
  /// The system would not give this many bytes.
  case outOfMemory(bytes: Int)
}

/// Zeroed memory with one owner: 64-byte aligned, and on 2 MiB pages where it is large and the system has them.
package struct Arena: ~Copyable {
  package let base: UnsafeMutableRawPointer
  package let byteCount: Int

  package init(byteCount: Int) throws(MemoryError) {
    base = try AlignedMemory.allocate(byteCount: byteCount)
    self.byteCount = byteCount
  }

  deinit { AlignedMemory.release(base) }
}

// The arena may move to another thread with its owner; whoever writes its content guards it.
extension Arena: @unchecked Sendable {}

enum AlignedMemory {
  static let hugePage = 2 << 20

  /// Its content is undefined unless `isZeroed`.
  static func allocate(
    byteCount: Int, isZeroed: Bool = true
  ) throws(MemoryError) -> UnsafeMutableRawPointer {
    guard byteCount >= 0 else { throw .outOfMemory(bytes: byteCount) }
    let isLarge = byteCount >= hugePage
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, isLarge ? hugePage : 64, max(byteCount, 64)) == 0, let memory else {
      throw .outOfMemory(bytes: byteCount)
    }
    #if os(Linux)
      // Advice only: without huge pages the memory is as good, but slower.
      if isLarge { _ = madvise(memory, byteCount, MADV_HUGEPAGE) }
    #endif
    if isZeroed { memset(memory, 0, max(byteCount, 64)) }
    return memory
  }

  static func release(_ memory: UnsafeMutableRawPointer) { free(memory) }
}
