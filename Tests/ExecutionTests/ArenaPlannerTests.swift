import Execution
import Testing

@Suite struct ArenaPlannerTests {
  private typealias Request = ArenaPlanner.Request

  @Test func buffersThatDoNotMeetShareMemory() throws {
    let layout = try #require(
      ArenaPlanner.place([
        Request(bytes: 128, first: 0, last: 1), Request(bytes: 64, first: 1, last: 2),
        Request(bytes: 128, first: 2, last: 3),
      ]))
    #expect(layout.bytes == 192)
    #expect(layout.lowerBoundBytes == 192)
    #expect(layout.offsets[0] == layout.offsets[2])
  }

  @Test func sizesThatOverflowAreRefused() {
    #expect(ArenaPlanner.place([Request(bytes: .max, first: 0, last: 0)]) == nil)
    let half = Request(bytes: .max / 2, first: 0, last: 0)
    #expect(ArenaPlanner.place([half, half, half]) == nil)
  }

  /// Random lifetimes: nothing that is alive together overlaps, everything is aligned, the bound is a bound.
  @Test(arguments: 0..<40) func randomBuffersNeverOverlap(seed: Int) throws {
    var generator = Generator(state: UInt64(seed) &+ 1)
    let count = seed == 0 ? 0 : Int(generator.next() % 60) + 1
    let requests = (0..<count).map { _ in
      let first = Int(generator.next() % 40)
      return Request(
        bytes: Int(generator.next() % 5000), first: first, last: first + Int(generator.next() % 8))
    }
    let layout = try #require(ArenaPlanner.place(requests))
    for (i, a) in requests.enumerated() {
      #expect(layout.offsets[i] % ArenaPlanner.alignment == 0)
      #expect(layout.offsets[i] + a.bytes <= layout.bytes)
      for (j, b) in requests.enumerated() where j > i && a.first <= b.last && b.first <= a.last {
        let apart =
          layout.offsets[i] + a.bytes <= layout.offsets[j] || layout.offsets[j] + b.bytes <= layout.offsets[i]
        #expect(apart || a.bytes == 0 || b.bytes == 0, "buffers \(i) and \(j) overlap")
      }
    }
    #expect(layout.bytes >= layout.lowerBoundBytes)
  }

  /// A chain of many buffers takes the path for large plans.
  @Test func longChainsNeedTwoBuffers() throws {
    let requests = (0..<20_000).map { Request(bytes: 256, first: $0, last: $0 + 1) }
    let layout = try #require(ArenaPlanner.place(requests))
    #expect(layout.bytes == 512)
  }
}

/// Numbers for tests, the same in every run.
struct Generator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
