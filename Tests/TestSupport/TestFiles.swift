#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files beside the sources.
package enum Fixture {
  /// The folder `Fixtures` of the package.
  package static let folder =
    String(#filePath.dropLast("Tests/TestSupport/TestFiles.swift".count)) + "Fixtures/"
  package static func path(_ name: String) -> String { folder + name }

  /// Names in `Fixtures` or one of its folders that end in `suffix`, sorted.
  package static func names(in subfolder: String = "", endingIn suffix: String) -> [String] {
    guard let directory = opendir(folder + subfolder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name.hasSuffix(suffix) { names.append(name) }
    }
    return names.sorted()
  }
}

/// A folder of its own for one test, gone when the test is.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/assay-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFileError(code: errno) }
    path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" } + "/"
  }

  deinit { remove(directory: path) }

  /// Writes a file, and its folders, and gives its path.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    var folder = path
    for part in name.split(separator: "/").dropLast() {
      folder += part + "/"
      mkdir(folder, 0o755)
    }
    // Cutting a file short before writing it again makes some file systems write to disk at once.
    unlink(path + name)
    let descriptor = open(path + name, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw TestFileError(code: errno) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        bytes.baseAddress.map { writeAll(descriptor, $0 + written, bytes.count - written) } ?? -1
      }
      guard count > 0 else { throw TestFileError(code: errno) }
      written += count
    }
    return path + name
  }
}

package struct TestFileError: Error {
  package var code: Int32
}

private func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

private func remove(directory path: String) {
  if let directory = opendir(path) {
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      // A link to a folder is removed itself; what it leads to stays.
      if unlink(path + "/" + name) != 0 { remove(directory: path + "/" + name) }
    }
    closedir(directory)
  }
  rmdir(path)
}

/// The bytes of a file.
package func contents(of path: String) throws -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw TestFileError(code: errno) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw TestFileError(code: errno) }
  var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
  let count = bytes.withUnsafeMutableBytes { bytes in
    bytes.baseAddress.map { read(descriptor, $0, bytes.count) } ?? 0
  }
  guard count == bytes.count else { throw TestFileError(code: errno) }
  return bytes
}
