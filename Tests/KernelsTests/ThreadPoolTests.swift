import Kernels
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct ThreadPoolTests {
  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
    func add(_ count: Int) { value.add(count, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
  }

  /// Counts how often each part was done, and how many began before the stage before theirs was over.
  private final class Record: StagedWork {
    let partCounts: [Int]
    let done: [[Counter]]
    let doneOfStage: [Counter]
    let early = Counter()
    private let hindered: Int?

    /// - Parameter hindered: a thread that sleeps at each of its parts.
    init(_ partCounts: [Int], hindered: Int? = nil) {
      self.partCounts = partCounts
      self.hindered = hindered
      done = partCounts.map { (0..<$0).map { _ in Counter() } }
      doneOfStage = partCounts.map { _ in Counter() }
    }

    func parts(of stage: Int) -> Int { partCounts[stage] }

    func run(_ stage: Int, part: Int, of parts: Int, thread: Int) {
      if stage > 0,
        doneOfStage[stage - 1].count != (doneOfStage[stage].count / parts + 1) * partCounts[stage - 1]
      {
        early.add(1)
      }
      if thread == hindered { usleep(2000) }
      done[stage][part].add(1)
      doneOfStage[stage].add(1)
    }
  }

  @Test(arguments: [1, 2, 3, 64])
  func everyPartIsDoneOnceAndInOrder(requested: Int) {
    let work = Record([8, 1, 3, 16, 1, 1, 2])
    let pool = ThreadPool(threads: requested, work: work)
    #expect(pool.requested == requested)
    #expect(pool.threads == min(requested, ThreadPool.availableCores))
    for _ in 0..<500 { pool.run(0..<7) }
    #expect(work.early.count == 0)
    for counters in work.done { #expect(counters.allSatisfy { $0.count == 500 }) }
  }

  @Test func aPieceOfTheStagesRuns() {
    let work = Record([2, 5, 4])
    let pool = ThreadPool(threads: 2, work: work)
    for _ in 0..<100 {
      pool.run(0..<1)
      pool.run(1..<3)
    }
    #expect(work.doneOfStage.map(\.count) == [200, 500, 400])
    #expect(work.early.count == 0)
  }

  /// The parts of a thread that is held back are done by the others: of 16 it keeps at most a few.
  @Test func partsOfAHinderedThreadAreTaken() {
    let work = Record([Int](repeating: 16, count: 10), hindered: 1)
    let pool = ThreadPool(threads: 2, work: work)
    let time = ContinuousClock().measure { pool.run(0..<10) }
    #expect(work.doneOfStage.allSatisfy { $0.count == 16 })
    if pool.threads == 2 { #expect(time < .milliseconds(2 * 8 * 10)) }
  }

  @Test func moreStagesThanAWordCanNumber() {
    let work = Record([Int](repeating: 1, count: 70_000))
    ThreadPool(threads: 2, work: work).run(0..<70_000)
    #expect(work.doneOfStage.allSatisfy { $0.count == 1 })
    #expect(work.early.count == 0)
  }

  @Test func sleepersWake() throws {
    let work = Record([2])
    let pool = ThreadPool(threads: 2, work: work)
    let clock = ContinuousClock()
    for _ in 0..<5 {
      let end = clock.now.advanced(by: .milliseconds(3))
      while clock.now < end {}
      pool.run(0..<1)
    }
    #expect(work.doneOfStage[0].count == 10)
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
