internal import CMicrokernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where threads wait for a condition on shared words: first spinning, then asleep.
///
/// Whoever makes the condition true calls `wake` afterwards; all words concerned are read and written with
/// sequential consistency, so that either the waker sees a sleeper or the sleeper sees the condition.
final class Gate: @unchecked Sendable {
  /// About 50 to 100 µs of waiting: longer than a small layer, shorter than anybody would notice.
  private static let spins = 2000

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

  @inline(__always)
  func wait(until isOpen: () -> Bool) {
    for _ in 0..<Self.spins {
      if isOpen() { return }
      assay_pause()
    }
    sleepers.value.add(1, ordering: .sequentiallyConsistent)
    pthread_mutex_lock(mutex)
    while !isOpen() { pthread_cond_wait(condition, mutex) }
    pthread_mutex_unlock(mutex)
    sleepers.value.subtract(1, ordering: .sequentiallyConsistent)
  }

  @inline(__always)
  func wake() {
    guard sleepers.value.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }
}

/// As many bytes as a cache line has.
private struct CacheLine {
  private let words: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)
}

/// A counter alone on its cache line.
struct PaddedCounter: ~Copyable {
  private let before: CacheLine = CacheLine()
  let value = Atomic<UInt64>(0)
  private let after: CacheLine = CacheLine()
}
