#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

package enum MemoryError: Error, Equatable {
  /// The system would not give this many bytes.
  case outOfMemory(bytes: Int)
}

/// Memory for kernels, 64-byte aligned. A large block is a mapping of its own that starts on a large page: it leaves no gaps in
/// the heap, and goes back to the system as soon as it is released.
enum AlignedMemory {
  static let hugePage = 2 << 20

  /// Its content is undefined unless `isZeroed`.
  static func allocate(
    byteCount: Int, isZeroed: Bool = true
  ) throws(MemoryError) -> UnsafeMutableRawPointer {
    guard byteCount >= 0 else { throw .outOfMemory(bytes: byteCount) }
    guard byteCount < hugePage else { return try map(byteCount) }
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, 64, max(byteCount, 64)) == 0, let memory else {
      throw .outOfMemory(bytes: byteCount)
    }
    if isZeroed { memset(memory, 0, max(byteCount, 64)) }
    return memory
  }

  /// - Parameter byteCount: as it was allocated.
  static func release(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    if byteCount < hugePage { free(memory) } else { munmap(memory, byteCount) }
  }

  /// Zeros, as every new mapping; on large pages where the system has them.
  private static func map(_ byteCount: Int) throws(MemoryError) -> UnsafeMutableRawPointer {
    let (reserved, overflow) = byteCount.addingReportingOverflow(hugePage)
    guard !overflow,
      let mapping = mmap(nil, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0),
      mapping != MAP_FAILED
    else { throw .outOfMemory(bytes: byteCount) }
    // What lies before the first large page is given back, and the whole pages behind the end.
    let memory = mapping.alignedUp(toMultipleOf: hugePage)
    if memory > mapping { munmap(mapping, memory - mapping) }
    let end = (memory + byteCount).alignedUp(toMultipleOf: Int(sysconf(Int32(_SC_PAGESIZE))))
    if mapping + reserved > end { munmap(end, mapping + reserved - end) }
    #if os(Linux)
      // Advice only: without large pages the memory is as good, but slower.
      _ = madvise(memory, byteCount, MADV_HUGEPAGE)
    #endif
    return memory
  }
}
