#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Writes files whole or not at all: beside the target under another name, flushed to the disk, then renamed over it.
package enum AtomicFile {
  /// Writes `bytes` to `path`; on failure, `path` is what it was before.
  package static func write(_ bytes: some Collection<UInt8>, to path: String) throws(Failure) {
    try writeAll([(path, Array(bytes))])
  }

  package static func write(_ text: String, to path: String) throws(Failure) {
    try write(text.utf8, to: path)
  }

  /// Writes several files that belong together: none is put in place before all are written.
  package static func writeAll(_ files: [(path: String, bytes: [UInt8])]) throws(Failure) {
    var pending: [(temporary: String, path: String)] = []
    var failure: Failure?
    for file in files {
      do throws(Failure) {
        pending.append((try writeTemporary(file.bytes, beside: file.path), file.path))
      } catch {
        failure = error
        break
      }
    }
    while failure == nil, let next = pending.first {
      if rename(next.temporary, next.path) == 0 {
        pending.removeFirst()
      } else {
        failure = Self.failure("cannot write", next.path)
      }
    }
    for leftover in pending { unlink(leftover.temporary) }
    if let failure { throw failure }
  }

  /// Makes the folder `path`, and those above it, if they are not there.
  package static func makeFolder(_ path: String) throws(Failure) {
    if mkdir(path, 0o777) == 0 { return }
    if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeFolder(String(path[..<slash]))
      if mkdir(path, 0o777) == 0 { return }
    }
    var status = stat()
    guard errno == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw failure("cannot make the folder", path)
    }
  }

  private static func writeTemporary(_ bytes: [UInt8], beside path: String) throws(Failure) -> String {
    var template = Array("\(path).XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure("cannot write", path) }
    let temporary = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let isWritten =
      bytes.withUnsafeBytes { writeAllBytes($0, to: descriptor) }
      && fchmod(descriptor, 0o666 & ~currentMask()) == 0 && fsync(descriptor) == 0
    let code = errno
    close(descriptor)
    guard isWritten else {
      unlink(temporary)
      errno = code
      throw failure("cannot write", path)
    }
    return temporary
  }

  /// The mask of the process, which can only be read by setting it.
  private static func currentMask() -> mode_t {
    let mask = umask(0o022)
    umask(mask)
    return mask
  }

  private static func failure(_ what: String, _ path: String) -> Failure {
    Failure(.cannotRun, "\(what) '\(path)': \(String(cString: strerror(errno)))")
  }
}
