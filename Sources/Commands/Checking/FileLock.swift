#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A lock that keeps other runs of this program from a file or folder until the descriptor is closed.
enum FileLock {
  /// Waits for the lock.
  static func take(_ descriptor: Int32) {
    while flock(descriptor, LOCK_EX) != 0 {
      // File systems without locks have one writer at a time, or have to take the risk.
      if errno != EINTR { break }
    }
  }
}
