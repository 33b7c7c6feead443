/// Work in stages that follow each other, each cut into parts that may be done in any order and on any thread.
///
/// A class, and the same one for the life of a pool: a thread that the machine held back may still look at a stage
/// that the others have long finished.
package protocol StagedWork: AnyObject, Sendable {
  /// Into how many parts a stage is cut; at least 1, at most `ThreadPool.mostParts`.
  func parts(of stage: Int) -> Int

  /// Does one part, on the thread of this number: no other part runs on it meanwhile.
  func run(_ stage: Int, part: Int, of parts: Int, thread: Int)
}

/// One stage of as many parts as are wanted, done by a closure.
final class OneStage: StagedWork {
  private let count: Int
  private let body: @Sendable (_ part: Int) -> Void

  init(parts: Int, _ body: @escaping @Sendable (_ part: Int) -> Void) {
    count = parts
    self.body = body
  }

  func parts(of stage: Int) -> Int { count }
  func run(_ stage: Int, part: Int, of parts: Int, thread: Int) { body(part) }
}

extension PreparedKernel {
  /// Into how many parts a phase is cut for so many threads.
  package func parts(threads: Int) -> Int { threads > 1 ? threads * partsPerThread : 1 }
}
