internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Files that people write and programs keep beside a network: read whole.
enum SmallFile {
  /// Far beyond any baseline: that of 100,000 layers takes a tenth.
  static let limit = 512 << 20

  enum Problem: Error {
    case absent
    case unreadable(String)
  }

  static func read(_ path: String) throws(Problem) -> [UInt8] {
    let file: MappedFile
    do throws(MappedFile.Failure) {
      file = try MappedFile(path: path)
    } catch {
      switch error {
      case .cannotOpen(_, let code) where code == ENOENT: throw .absent
      case .cannotOpen(_, let code), .cannotMap(_, let code):
        throw .unreadable(String(cString: strerror(code)))
      case .notARegularFile: throw .unreadable("it is no regular file")
      }
    }
    guard file.count <= limit else { throw .unreadable("it is larger than \(limit >> 20) MiB") }
    return Array(file.bytes)
  }
}
