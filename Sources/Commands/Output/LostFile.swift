#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Ends the process in order when a file that is mapped loses its end while it is read, which the system tells by a signal:
/// status 3 and one line, as for any file that cannot be read.
package func reportLostFiles() {
  signal(SIGBUS) { _ in
    // Only what is allowed in a signal handler: no memory, no locks.
    let message: StaticString = "assay: a file became shorter while it was read; copy it and try again\n"
    _ = write(2, message.utf8Start, message.utf8CodeUnitCount)
    _exit(3)
  }
}
