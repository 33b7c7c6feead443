#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file in which an input stands while it is read: readers map files. In memory where the system has such a folder.
enum InputFile {
  private static let path: String = {
    let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    return "\(folder)/assay-fuzz-\(getpid())"
  }()

  /// Puts `bytes` in the file and gives its path.
  static func write(_ bytes: UnsafeRawBufferPointer) -> String {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { return path }
    defer { close(descriptor) }
    if let base = bytes.baseAddress { _ = pwrite(descriptor, base, bytes.count, 0) }
    return path
  }

  static func remove() { unlink(path) }
}
