/// Zeroed memory with one owner: 64-byte aligned, and on 2 MiB pages where it is large and the system has them.
package struct Arena: ~Copyable {
  package let base: UnsafeMutableRawPointer
  package let byteCount: Int

  package init(byteCount: Int) throws(MemoryError) {
    base = try AlignedMemory.allocate(byteCount: byteCount)
    self.byteCount = byteCount
  }

  deinit { AlignedMemory.release(base, byteCount: byteCount) }
}

// The arena may move to another thread with its owner; whoever writes its content guards it.
extension Arena: @unchecked Sendable {}
