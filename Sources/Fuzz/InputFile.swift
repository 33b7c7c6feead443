#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file in which an input stands while it is read: readers map files. In memory where the system has such a folder,
/// and in a folder of its own, since a network may name any file beside it.
enum InputFile {
  private static let folder: String = {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    let path = "\(parent)/assay-fuzz-\(getpid())"
    mkdir(path, 0o700)
    return path
  }()
  private static let path = "\(folder)/input"

  /// Puts `bytes` in the file and gives its path.
  static func write(_ bytes: UnsafeRawBufferPointer) -> String {
    write(bytes, to: path)
    return path
  }

  /// Puts a second file beside the input.
  static func write(_ bytes: [UInt8], besides name: String) {
    bytes.withUnsafeBytes { write($0, to: "\(folder)/\(name)") }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if let base = bytes.baseAddress { _ = pwrite(descriptor, base, bytes.count, 0) }
  }

  static func remove() {
    for name in ["input", "shard.safetensors"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }
}
