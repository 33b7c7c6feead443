import Kernels
import Synchronization
import Testing

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 64])
  func everyThreadRunsOnce(requested: Int) {
    let pool = ThreadPool(threads: requested)
    #expect(pool.requested == requested)
    #expect(pool.threads == min(requested, ThreadPool.availableCores))
    let seen = Atomic<Int>(0)
    for _ in 0..<1000 { pool.run { thread in seen.add(1 << (8 * thread), ordering: .relaxed) } }
    var expected = 0
    for thread in 0..<pool.threads { expected += 1000 << (8 * thread) }
    #expect(seen.load(ordering: .relaxed) == expected)
  }

  @Test func barrierOrdersTheSteps() {
    let pool = ThreadPool(threads: 2)
    let arrived = Atomic<Int>(0)
    let early = Atomic<Int>(0)
    pool.run { _ in
      for step in 1...2000 {
        arrived.add(1, ordering: .relaxed)
        pool.barrier()
        if arrived.load(ordering: .relaxed) < step * pool.threads { early.add(1, ordering: .relaxed) }
        pool.barrier()
      }
    }
    #expect(early.load(ordering: .relaxed) == 0)
    #expect(arrived.load(ordering: .relaxed) == 2000 * pool.threads)
  }

  @Test func sleepersWake() throws {
    let pool = ThreadPool(threads: 2)
    let clock = ContinuousClock()
    for _ in 0..<5 {
      let end = clock.now.advanced(by: .milliseconds(3))
      while clock.now < end {}
      let ran = Atomic<Int>(0)
      pool.run { _ in ran.add(1, ordering: .relaxed) }
      #expect(ran.load(ordering: .relaxed) == pool.threads)
    }
  }

  @Test func arenaIsAlignedAndZero() throws {
    for bytes in [0, 1, 100, 3 << 20] {
      let arena = try Arena(byteCount: bytes)
      #expect(UInt(bitPattern: arena.base) % 64 == 0)
      #expect(UnsafeRawBufferPointer(start: arena.base, count: bytes).allSatisfy { $0 == 0 })
    }
    #expect(throws: MemoryError.outOfMemory(bytes: -1)) { _ = try Arena(byteCount: -1) }
  }
}
