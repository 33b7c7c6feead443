internal import Checking

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A history file: lines are added to its end and never changed.
enum HistoryFile {
  /// Some 30,000 runs of one network.
  private static let sizeLimit = 32 << 20

  static func read(_ path: String) throws(Failure) -> History {
    let bytes: [UInt8]
    do throws(SmallFile.Problem) {
      bytes = try SmallFile.read(path)
    } catch {
      throw Failure(.unreadable, "\(path): the history cannot be read: \(error.message)")
    }
    guard bytes.count <= sizeLimit else {
      throw Failure(
        .unreadable,
        "\(path): the history is larger than \(sizeLimit >> 20) MiB; keep its latest lines, as with: tail -n 5000"
      )
    }
    do throws(HistoryError) {
      return try HistoryReader.read(bytes)
    } catch {
      throw Failure(.unreadable, "\(path)\(error.message)")
    }
  }

  /// Adds a line in one write, on the disk when this returns. The file is locked meanwhile, so that of two that write at once neither
  /// loses a line; what a writer that was stopped left of its last line is taken away.
  static func append(_ run: HistoryRun, to path: String) throws(Failure) {
    let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(.cannotRun, "cannot write '\(path)': it is no regular file")
    }
    FileLock.take(descriptor)
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    let end = try repair(descriptor, Int(status.st_size), path)
    let bytes = Array((end.needsBreak ? "\n" : "").utf8) + Array(run.line.utf8)
    guard bytes.withUnsafeBytes({ writeAllBytes($0, to: descriptor) }), fsync(descriptor) == 0 else {
      let code = errno
      _ = ftruncate(descriptor, off_t(end.size))
      errno = code
      throw failure(path)
    }
  }

  /// Cuts off what stands behind the last line break if it is no whole line.
  private static func repair(
    _ descriptor: Int32, _ size: Int, _ path: String
  ) throws(Failure) -> (size: Int, needsBreak: Bool) {
    // Longer than any line that is written or read.
    let count = min(size, HistoryReader.lineLimit + 1)
    guard count > 0 else { return (size, false) }
    var tail = [UInt8](repeating: 0, count: count)
    guard pread(descriptor, &tail, count, off_t(size - count)) == count else { throw failure(path) }
    guard tail.last != UInt8(ascii: "\n") else { return (size, false) }
    let start = tail.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    guard let start = start ?? (count == size ? 0 : nil) else {
      throw Failure(.unreadable, "\(path): the last line is longer than any line of a history; this is none")
    }
    guard HistoryReader.isCutShort(tail[start...]) else { return (size, true) }
    // Only what this program wrote is taken away.
    guard HistoryRun.mayBegin(tail[start...]) else {
      throw Failure(.unreadable, "\(path): the last line is no line of a history")
    }
    let whole = size - (count - start)
    guard ftruncate(descriptor, off_t(whole)) == 0 else { throw failure(path) }
    return (whole, false)
  }

  private static func failure(_ path: String) -> Failure {
    Failure(.cannotRun, "cannot write '\(path)': \(String(cString: strerror(errno)))")
  }
}

extension HistoryError {
  /// Behind the file's name.
  var message: String {
    switch problem {
    case .syntax(var error):
      error.line = line
      return error.message
    case .wrongType(let key, let expected): return ":\(line): '\(key)' must be \(expected)"
    case .otherSchema(let found):
      return ":\(line): 'schema' is '\(found)'; this version reads '\(HistoryRun.schema)'"
    case .tooLong(let limit): return ":\(line): the line is longer than \(limit) bytes"
    }
  }
}
