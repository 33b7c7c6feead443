#if canImport(Glibc)
  import Glibc
#endif

/// Floats that a prepared kernel owns, 64-byte aligned; written while it is prepared, then only read.
final class PreparedFloats: @unchecked Sendable {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  /// - Parameter count: of floats that the caller writes, every one.
  init(uninitialized count: Int) {
    self.count = count
    let bytes = max(count, 16) * MemoryLayout<Float>.stride
    let isLarge = bytes >= Self.hugePage
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
    #if canImport(Glibc)
      // Advice only: fewer page faults while packing, fewer translations while running.
      if isLarge { madvise(memory, bytes / Self.hugePage * Self.hugePage, MADV_HUGEPAGE) }
    #endif
    start = memory.bindMemory(to: Float.self, capacity: max(count, 16))
  }

  private static let hugePage = 2 << 20

  /// Zeros.
  convenience init(count: Int) {
    self.init(uninitialized: count)
    start.initialize(repeating: 0, count: max(count, 16))
  }

  /// `values` followed by zeros up to `count`.
  convenience init(_ values: UnsafePointer<Float>?, used: Int, count: Int) {
    self.init(count: count)
    if let values { start.update(from: values, count: used) }
  }

  deinit { start.deallocate() }

  var byteCount: Int { count * MemoryLayout<Float>.stride }
}
