internal import Checking

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A baseline file, read whole and changed whole.
enum BaselineFile {
  /// nil: there is no such file.
  static func read(_ path: String) throws(Failure) -> Baseline? {
    let bytes: [UInt8]
    do throws(SmallFile.Problem) {
      bytes = try SmallFile.read(path)
    } catch {
      if case .absent = error { return nil }
      throw Failure(.notComparable, "\(path): the baseline cannot be read: \(error.message)")
    }
    do throws(BaselineError) {
      return try BaselineReader.read(bytes)
    } catch {
      throw Failure(.notComparable, "\(path)\(error.message)")
    }
  }

  /// Puts `networks` into the file and leaves the others in it alone. The folder is locked meanwhile, so that of two that write
  /// at once neither loses what the other wrote; the file itself cannot be what is locked, since it is replaced.
  static func update(_ path: String, with networks: [NetworkSnapshot]) throws(Failure) {
    let lock = open(folder(of: path), O_RDONLY | O_CLOEXEC)
    guard lock >= 0 else {
      throw Failure(.cannotRun, "cannot write '\(path)': \(String(cString: strerror(errno)))")
    }
    defer { close(lock) }
    FileLock.take(lock)
    var baseline = try read(path) ?? Baseline()
    for network in networks { baseline.put(network) }
    try AtomicFile.write(BaselineWriter.text(of: baseline), to: path)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

extension BaselineError {
  /// Behind the file's name.
  var message: String {
    switch self {
    case .syntax(let error): "\(error.message); this is no baseline"
    case .otherSchema(let found):
      ": this version compares baselines of schema '\(Baseline.schema)', not '\(found ?? "none")'; make a new one with --update-baseline in another file"
    case .malformed(let line, let key, let expected): ":\(line): '\(key)' must be \(expected)"
    }
  }
}
