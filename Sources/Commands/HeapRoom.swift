#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Room on the heap, ahead of work that takes tens of megabytes in small pieces: of a large network, page faults take longer
/// than any one pass over it.
enum HeapRoom {
  /// Lets the heap grow in large pages where the system has them. Takes address space alone: a page is the process's own when
  /// it is first written. Does no harm where the allocator is another, or was set up otherwise.
  static func prepare() {
    #if canImport(Glibc)
      // Having freed one mapping of nearly 32 MiB, the most that it goes by, the allocator takes what is smaller from its heap,
      // and keeps twice as much of what is free there (`mallopt(3)`, `M_MMAP_THRESHOLD`).
      advise(blocks: 1, of: 63 << 19)
      advise(blocks: 2, of: 61 << 19)
    #endif
  }

  #if canImport(Glibc)
    /// Asks for large pages in blocks that lie one after another, and frees them.
    private static func advise(blocks count: Int, of size: Int) {
      let page = Int(sysconf(Int32(_SC_PAGESIZE)))
      let blocks = (0..<count).compactMap { _ in malloc(size) }
      for block in blocks {
        let start = block.alignedUp(toMultipleOf: page)
        madvise(start, (block + size - start) / page * page, MADV_HUGEPAGE)
      }
      for block in blocks { free(block) }
    }
  #endif
}
