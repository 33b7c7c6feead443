import Synchronization

/// What the threads of a pool share.
///
/// Every stage of every run is a **turn** with a number of its own. All that threads agree on are words that name the
/// turn they speak of; a word of an earlier turn means that nothing has been done yet in this one. So nothing is
/// ever reset, and nobody has to arrive anywhere: a turn is over when all its parts are done, by whichever threads were
/// running, and one that comes late finds nothing left to do.
final class Team: Sendable {
  let threads: Int
  private let work: any StagedWork
  /// The stages of the run that goes on, and the turn of the first.
  private let posted = PaddedCounter()
  private let progress = PaddedCounter()
  private let claims: [Claims]
  private let start = Gate()
  private let finished = Gate()

  init(threads: Int, _ work: any StagedWork) {
    self.threads = threads
    self.work = work
    claims = (0..<threads).map { _ in Claims() }
  }

  /// A run as one word: 32 bits for the turn of its first stage, 16 for that stage, 16 for the one after its last.
  private struct Post {
    let word: UInt64
    var turn: UInt32 { UInt32(truncatingIfNeeded: word >> 32) }
    var stages: Range<Int> { Int((word >> 16) & 0xFFFF)..<Int(word & 0xFFFF) }
    static let stop = UInt64.max
  }

  /// Does the stages, with the caller as thread 0; returns when they are done. Turns go on from those of the run before.
  func run(_ stages: Range<Int>, from turn: UInt32) {
    let word = UInt64(turn) << 32 | UInt64(stages.lowerBound) << 16 | UInt64(stages.upperBound)
    posted.value.store(word, ordering: .sequentiallyConsistent)
    start.wake()
    follow(Post(word: word), as: 0)
  }

  func stop() {
    posted.value.store(Post.stop, ordering: .sequentiallyConsistent)
    start.wake()
  }

  /// The life of every thread but the caller's.
  func serve(as thread: Int) {
    var seen: UInt64 = 0
    while true {
      start.wait { posted.value.load(ordering: .sequentiallyConsistent) != seen }
      seen = posted.value.load(ordering: .sequentiallyConsistent)
      if seen == Post.stop { return }
      follow(Post(word: seen), as: thread)
    }
  }

  private func follow(_ post: Post, as thread: Int) {
    for stage in post.stages {
      let turn = post.turn &+ UInt32(stage - post.stages.lowerBound)
      let parts = work.parts(of: stage)
      for offset in 0..<threads {
        let owner = (thread + offset) % threads
        let share = (parts * owner / threads)..<(parts * (owner + 1) / threads)
        while let part = claims[owner].take(from: share, in: turn, atFront: offset == 0) {
          work.run(stage, part: part, of: parts, thread: thread)
          complete(in: turn, of: parts)
        }
      }
      finished.wait { isOver(turn, parts) }
    }
  }

  /// Counts a part as done. `progress` holds the turn and how many of its parts are.
  private func complete(in turn: UInt32, of parts: Int) {
    var seen = progress.value.load(ordering: .relaxed)
    while true {
      let done = UInt32(truncatingIfNeeded: seen >> 32) == turn ? (seen & 0xFFFF_FFFF) + 1 : 1
      let next = UInt64(turn) << 32 | done
      let result = progress.value.compareExchange(
        expected: seen, desired: next, ordering: .sequentiallyConsistent)
      if result.exchanged {
        if done == UInt64(parts) { finished.wake() }
        return
      }
      seen = result.original
    }
  }

  private func isOver(_ turn: UInt32, _ parts: Int) -> Bool {
    let word = progress.value.load(ordering: .sequentiallyConsistent)
    let current = UInt32(truncatingIfNeeded: word >> 32)
    return current == turn ? word & 0xFFFF_FFFF == UInt64(parts) : current.isAfter(turn)
  }
}

/// Which parts of one thread's share are taken: the turn, and the bounds of what is left, in one word.
private final class Claims: Sendable {
  private let word = PaddedCounter()

  /// The owner takes from the front, so that its parts follow each other in memory; others from the end.
  /// - Returns: nil if nothing is left, or the turn is over.
  func take(from share: Range<Int>, in turn: UInt32, atFront: Bool) -> Int? {
    var seen = word.value.load(ordering: .acquiring)
    while true {
      let current = UInt32(truncatingIfNeeded: seen >> 32)
      if current.isAfter(turn) { return nil }
      let first = current == turn ? Int((seen >> 16) & 0xFFFF) : share.lowerBound
      let end = current == turn ? Int(seen & 0xFFFF) : share.upperBound
      guard first < end else { return nil }
      let left = atFront ? (first + 1, end) : (first, end - 1)
      let next = UInt64(turn) << 32 | UInt64(left.0) << 16 | UInt64(left.1)
      let result = word.value.compareExchange(
        expected: seen, desired: next, ordering: .acquiringAndReleasing)
      if result.exchanged { return atFront ? first : end - 1 }
      seen = result.original
    }
  }
}

extension UInt32 {
  /// Turns wrap around; no thread is two thousand million of them late.
  fileprivate func isAfter(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) > 0 }
}
