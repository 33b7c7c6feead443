#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file mapped into memory, read-only. Pages that nobody reads are never loaded.
///
/// A class because the mapping has one owner and many readers: it is unmapped when the last of them is gone.
@usableFromInline
package final class MappedFile: Sendable {
  package let path: String
  @usableFromInline package let count: Int
  // Never written and never moved, so readers on any thread see the same bytes.
  @usableFromInline nonisolated(unsafe) let base: UnsafeRawPointer?

  @usableFromInline
  package enum Failure: Error, Equatable {
    case cannotOpen(path: String, code: Int32)
    case notARegularFile(path: String)
    case cannotMap(path: String, code: Int32)
  }

  /// Maps the file at `path`. Directories, devices and pipes are refused.
  package convenience init(path: String) throws(Failure) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor, path: path)
  }

  /// Maps an open file, which may be closed afterwards. `path` is what messages call it.
  package init(descriptor: Int32, path: String) throws(Failure) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(path: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
    self.path = path
    count = Int(status.st_size)
    guard count > 0 else {
      base = nil
      return
    }
    guard let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else {
      throw .cannotMap(path: path, code: errno)
    }
    base = UnsafeRawPointer(mapping)
  }

  deinit {
    if let base { munmap(UnsafeMutableRawPointer(mutating: base), count) }
  }

  /// Gives back the memory of `range`, as far as whole pages go; it is read again if anyone asks.
  ///
  /// A system may map up to 2 MiB around one byte that is read, so what lies that far before `range` goes too.
  package func release(_ range: Range<Int>) {
    guard let base else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = max(0, range.lowerBound - (2 << 20)) / page * page
    let last = min(range.upperBound, count) / page * page
    if first < last { madvise(UnsafeMutableRawPointer(mutating: base + first), last - first, MADV_DONTNEED) }
  }

  /// The bytes; valid while this object lives.
  @inlinable package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}
