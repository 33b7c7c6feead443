import Checking
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Networks of 100,000 layers are aligned within 2 seconds, whatever they look like.
@Suite struct LargeAlignmentTests {
  static let count = 100_000

  /// A chain with a skip around every fourth layer, of the kinds that `kind` gives.
  private func chain(prefix: String, kind: (Int) -> String) -> NetworkSnapshot {
    NetworkSnapshot(
      name: "chain",
      layers: (0..<Self.count).map { index in
        LayerSnapshot(
          name: "\(prefix)\(index)", operators: [index % 4 == 3 ? "Add" : "Conv"], attributes: kind(index),
          outputs: ["float[1,\(index / 1000),8,8]"],
          sources: index == 0 ? [0] : index % 4 == 3 ? [-1, -3] : [-1])
      })
  }

  /// Seconds of processor time of this thread, which other tests do not lengthen.
  private func seconds(_ work: () -> Void) -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    work()
    return now() - start
  }

  @Test func `All renamed, some taken out`() {
    let before = chain(prefix: "a", kind: { "\($0 % 7)" })
    var after = chain(prefix: "b", kind: { "\($0 % 7)" })
    // Each hole joins what was before it to what is behind it, as a skip of the chain did not reach over it.
    for hole in [80_001, 40_002, 20_002] {
      after.layers.remove(at: hole)
    }
    var changes: NetworkChanges?
    let time = seconds { changes = NetworkChanges(from: before, to: after) }
    #expect(time < 2)
    #expect((changes?.layers.count { $0.kind == .removed } ?? 0) == 3)
    #expect((changes?.layers.count { $0.kind == .added } ?? 0) == 0)
  }

  @Test func `Nothing in common`() {
    let before = chain(prefix: "a", kind: { "before \($0)" })
    let after = chain(prefix: "b", kind: { "after \($0 * 3)" })
    let time = seconds { _ = NetworkChanges(from: before, to: after) }
    #expect(time < 2)
  }

  @Test func `One tensor that every layer reads`() {
    func star(_ prefix: String, _ count: Int) -> NetworkSnapshot {
      NetworkSnapshot(
        name: "star",
        layers: (0..<count).map {
          LayerSnapshot(
            name: "\(prefix)\($0)", operators: ["Relu"], outputs: ["float[1]"], sources: $0 == 0 ? [0] : [-$0]
          )
        })
    }
    let time = seconds { _ = NetworkChanges(from: star("a", Self.count), to: star("b", Self.count - 1)) }
    #expect(time < 2)
  }
}
