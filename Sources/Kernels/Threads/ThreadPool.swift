internal import CMicrokernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Persistent threads that share the stages of one piece of work with one caller at a time, who works along as thread 0.
///
/// Each thread has a contiguous share of a stage's parts, which it does in order, so that it meets what it wrote in the
/// stage before; when its own are done it takes what another has not begun. So a thread that the machine slows or
/// holds back delays the others by the part it is at, not by its whole share. Waiting is a bounded spin and then
/// sleep: a stage starts within about a microsecond and an idle pool costs nothing. There are never more threads than
/// cores, however many were asked for: they would only wait for each other. A run allocates nothing.
package final class ThreadPool {
  /// What the maker asked for.
  package let requested: Int
  /// How many threads work, the caller among them.
  package let threads: Int
  private let work: any StagedWork
  private let team: Team
  private let workers: [pthread_t]
  private var turn: UInt32 = 1

  /// - Parameter threads: the threads wanted; at most as many as there are cores will work.
  package init(threads requested: Int = ThreadPool.availableCores, work: any StagedWork) {
    let wanted = max(1, min(requested, Self.availableCores))
    let team = Team(threads: wanted, work)
    self.requested = requested
    self.work = work
    self.team = team
    // A thread that cannot be had is missed by nobody: the others take its share.
    workers = (1..<max(wanted, 1)).compactMap { Self.start(Worker(index: $0, team: team)) }
    threads = wanted
  }

  deinit {
    team.stop()
    for worker in workers { pthread_join(worker, nil) }
  }

  /// The cores on which this process may run.
  package static let availableCores = Int(assay_available_cores())

  /// Into how many parts a stage may be cut at most.
  package static let mostParts = 0xFFFF
  /// What a word of the team can number. Stages beyond are done by the caller alone: a network of so many has small ones.
  private static let mostStages = 0xFFFF

  /// Does these stages of the work, one after the other, and returns when they are done. Not to be called from inside a
  /// run.
  package func run(_ stages: Range<Int>) {
    let shared = threads > 1 ? stages.clamped(to: 0..<Self.mostStages) : 0..<0
    if !shared.isEmpty {
      team.run(shared, from: turn)
      turn &+= UInt32(shared.count)
    }
    for stage in stages where !shared.contains(stage) { runAlone(stage) }
  }

  private func runAlone(_ stage: Int) {
    let parts = work.parts(of: stage)
    for part in 0..<parts { work.run(stage, part: part, of: parts, thread: 0) }
  }
}

extension ThreadPool {
  private static func start(_ worker: Worker) -> pthread_t? {
    let context = Unmanaged.passRetained(worker)
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(&thread, nil, { workerMain($0) }, context.toOpaque())
    #else
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, { workerMain($0) }, context.toOpaque())
    #endif
    guard status == 0 else {
      context.release()
      return nil
    }
    return thread
  }
}

private func workerMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  let worker = Unmanaged<Worker>.fromOpaque(context).takeRetainedValue()
  worker.team.serve(as: worker.index)
  return nil
}

private final class Worker: Sendable {
  let index: Int
  let team: Team

  init(index: Int, team: Team) {
    self.index = index
    self.team = team
  }
}
