internal import CMicrokernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Persistent threads that share the work of one caller at a time, who works along as thread 0.
///
/// Waiting is a bounded spin and then sleep, so that a step of a network starts within about a microsecond and an
/// idle pool costs nothing. There are never more threads than cores, however many were asked for: they would only
/// wait for each other. A run allocates nothing.
package final class ThreadPool: Sendable {
  /// What the maker asked for.
  package let requested: Int
  /// How many threads work, the caller among them.
  package let threads: Int
  private let team: Team
  private let workers: [pthread_t]

  /// - Parameter threads: the threads wanted; at most as many as there are cores will work.
  package init(threads requested: Int = ThreadPool.availableCores) {
    let wanted = max(1, min(requested, Self.availableCores))
    let team = Team()
    var workers: [pthread_t] = []
    for index in 1..<max(wanted, 1) {
      guard let worker = Self.start(Worker(index: index, team: team)) else { break }
      workers.append(worker)
    }
    self.requested = requested
    self.threads = workers.count + 1
    self.team = team
    self.workers = workers
    team.size.store(workers.count + 1, ordering: .releasing)
  }

  deinit {
    team.stop()
    for worker in workers { pthread_join(worker, nil) }
  }

  /// The cores on which this process may run.
  package static let availableCores = Int(assay_available_cores())

  /// Calls `body` with every thread number of `0..<threads`, each on its own thread, and returns when all are done.
  ///
  /// Within `body`, `barrier()` waits for the others. Not to be called from inside a run.
  package func run(_ body: (_ thread: Int) -> Void) {
    guard threads > 1 else { return body(0) }
    withoutActuallyEscaping(body) { escaping in
      withUnsafePointer(to: escaping) { job in
        team.start(job)
        body(0)
        barrier()
      }
    }
  }

  /// Waits until every thread of the pool has come here. Only within a run, and then by all threads.
  package func barrier() {
    guard threads > 1 else { return }
    team.arriveAndWait(threads)
  }

  /// Runs all phases of a kernel.
  ///
  /// - Parameters:
  ///   - scratch: `threads` regions of `scratchPitch` bytes.
  package func run(
    _ kernel: any PreparedKernel, inputs: UnsafePointer<UnsafeRawPointer>,
    outputs: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer, scratchPitch: Int,
    sharedScratch: UnsafeMutableRawPointer
  ) {
    run { thread in
      for phase in 0..<kernel.phases {
        if phase > 0 { self.barrier() }
        kernel.run(
          KernelCall(
            inputs: inputs, outputs: outputs, scratch: scratch + thread * scratchPitch,
            sharedScratch: sharedScratch, phase: phase, thread: thread, threads: self.threads))
      }
    }
  }

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
  worker.team.work(as: worker.index)
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

/// What the threads of a pool share. It outlives the pool until the last worker has left.
private final class Team: Sendable {
  typealias Job = UnsafePointer<(Int) -> Void>

  let size = Atomic<Int>(1)
  private let job = Atomic<UInt>(0)
  private let started = Gate()
  private let arrivals = PaddedCounter()
  private let passed = Gate()

  func start(_ work: Job) {
    job.store(UInt(bitPattern: work), ordering: .relaxed)
    started.open()
  }

  func stop() {
    job.store(0, ordering: .relaxed)
    started.open()
  }

  func work(as thread: Int) {
    var epoch = 0
    while true {
      started.wait(beyond: epoch)
      epoch += 1
      guard let work = Job(bitPattern: job.load(ordering: .relaxed)) else { return }
      work.pointee(thread)
      arriveAndWait(size.load(ordering: .acquiring))
    }
  }

  func arriveAndWait(_ count: Int) {
    let epoch = passed.epoch
    if arrivals.value.add(1, ordering: .acquiringAndReleasing).newValue == count {
      arrivals.value.store(0, ordering: .relaxed)
      passed.open()
    } else {
      passed.wait(beyond: epoch)
    }
  }
}

/// As many bytes as a cache line has.
private struct CacheLine {
  private let words: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)
}

/// A counter alone on its cache line.
private struct PaddedCounter: ~Copyable {
  private let before: CacheLine = CacheLine()
  let value = Atomic<Int>(0)
  private let after: CacheLine = CacheLine()
}

/// A number that only grows, and on whose growth threads wait: first spinning, then asleep.
private final class Gate: @unchecked Sendable {
  /// About 50 to 100 µs of waiting: longer than a small layer, shorter than anybody would notice.
  private static let spins = 2000

  private let counter = PaddedCounter()
  private let sleepers = PaddedCounter()
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  var epoch: Int { counter.value.load(ordering: .acquiring) }

  /// Lets every waiter through. Sequentially consistent with `sleepers`, so that either the opener sees a
  /// sleeper or the sleeper sees the gate open.
  func open() {
    counter.value.add(1, ordering: .sequentiallyConsistent)
    guard sleepers.value.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Returns once the gate has been opened more than `seen` times.
  func wait(beyond seen: Int) {
    for _ in 0..<Self.spins {
      if counter.value.load(ordering: .acquiring) > seen { return }
      assay_pause()
    }
    sleepers.value.add(1, ordering: .sequentiallyConsistent)
    pthread_mutex_lock(mutex)
    while counter.value.load(ordering: .sequentiallyConsistent) <= seen {
      pthread_cond_wait(condition, mutex)
    }
    pthread_mutex_unlock(mutex)
    sleepers.value.subtract(1, ordering: .sequentiallyConsistent)
  }
}
