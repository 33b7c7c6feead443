import Network

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that a network names for its weights. Each is mapped once, however many tensors it holds.
///
/// A network may come from anywhere, so what it names is opened only beneath its own folder: component by component,
/// through no symbolic link, and only if it is a regular file that has no second name.
struct ExternalFiles {
  private let folder: String
  private let followsLinks: Bool
  private var files: [[String]: MappedFile] = [:]
  /// The file met last: mostly that of the next tensor too.
  private var latest: (location: String, file: MappedFile)?
  /// Tensors whose file is not there, by location, in the order met.
  private var missing: [(location: String, components: [String], tensors: Int)] = []
  private var missingPlaces: [[String]: Int] = [:]

  /// Files in the folder of the network at `path`.
  init(besides path: String, followsLinks: Bool) {
    folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    self.followsLinks = followsLinks
  }

  private var excess: [Finding] = []

  /// One for each file that is not there, and one for each tensor given more data than it needs.
  var findings: [Finding] {
    excess + missing.map { Finding(.missingExternalFile(location: $0.location, tensors: $0.tensors)) }
  }

  /// Where the data of a tensor stands, by what the network says of it. A file that is not there is no error: sizes
  /// follow from the tensor's shape. Keys that are not known are passed over.
  mutating func storage(
    _ entries: [Metadata], tensor: String, byteCount: Int
  ) throws(FormatError) -> Tensor.Storage {
    var location = ""
    var offset = 0
    var length: Int?
    for entry in entries {
      switch entry.key {
      case "location": location = entry.value
      case "offset": offset = try Self.number(entry)
      case "length": length = try Self.number(entry)
      default: break
      }
    }
    if let length {
      guard length >= byteCount else { throw FormatError(.tensorLength(expected: byteCount, found: length)) }
      if length > byteCount {
        excess.append(Finding(.excessData(tensor: tensor, expected: byteCount, found: length)))
      }
    }
    guard let data = try file(location) else { return .missing(.externalFile(location: location)) }
    guard offset <= data.count, byteCount <= data.count - offset else {
      throw FormatError(
        .externalRange(location: location, offset: offset, length: byteCount, fileBytes: data.count))
    }
    return .mapped(data, offset..<(offset + byteCount))
  }

  /// A number in digits, without a sign.
  private static func number(_ entry: Metadata) throws(FormatError) -> Int {
    var number = 0
    var isValid = !entry.value.isEmpty
    for byte in entry.value.utf8 {
      let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(byte) - 48)
      isValid = isValid && (48...57).contains(byte) && !overflow && !carry
      number = sum
    }
    guard isValid else { throw FormatError(.externalNumber(key: entry.key, value: entry.value)) }
    return number
  }

  /// The file at `location`; nil if there is none.
  mutating func file(_ location: String) throws(FormatError) -> MappedFile? {
    if let latest, latest.location == location { return latest.file }
    let components = try Self.components(location)
    if let known = files[components] {
      latest = (location, known)
      return known
    }
    if let place = missingPlaces[components] {
      missing[place].tensors += 1
      return nil
    }
    do throws(Refusal) {
      let file = try open(components)
      files[components] = file
      return file
    } catch {
      switch error {
      case .absent:
        missingPlaces[components] = missing.count
        missing.append((location, components, 1))
        return nil
      case .path(let problem): throw FormatError(.externalPath(location: location, problem))
      case .mapping(let failure): throw FormatError(failure)
      }
    }
  }

  private enum Refusal: Error {
    case absent
    case path(FormatError.PathProblem)
    case mapping(MappedFile.Failure)
  }

  /// The parts of a location that leads nowhere but down. Both kinds of slash separate, for files written on Windows.
  private static func components(_ location: String) throws(FormatError) -> [String] {
    func refuse(_ problem: FormatError.PathProblem) -> FormatError {
      FormatError(.externalPath(location: location, problem))
    }
    let bytes = Array(location.utf8)
    guard let first = bytes.first else { throw refuse(.empty) }
    let slash = UInt8(ascii: "/")
    let backslash = UInt8(ascii: "\\")
    if bytes.contains(0) { throw refuse(.invalid) }
    if [slash, backslash, UInt8(ascii: "~")].contains(first) || bytes.dropFirst().first == UInt8(ascii: ":")
      || location.contains("://")
    {
      throw refuse(.absolute)
    }
    var components: [String] = []
    for part in bytes.split(separator: slash, omittingEmptySubsequences: false) {
      for part in part.split(separator: backslash, omittingEmptySubsequences: false) {
        switch String(decoding: part, as: UTF8.self) {
        case "": throw refuse(.invalid)
        case "..": throw refuse(.parent)
        case ".": break
        case let component: components.append(component)
        }
      }
    }
    if components.isEmpty { throw refuse(.invalid) }
    return components
  }

  private func open(_ components: [String]) throws(Refusal) -> MappedFile {
    var descriptor = try Self.check(openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    defer { close(descriptor) }
    let links = followsLinks ? 0 : O_NOFOLLOW
    for component in components.dropLast() {
      try refuseLink(component, in: descriptor)
      let inner = try Self.check(openat(descriptor, component, O_RDONLY | O_DIRECTORY | O_CLOEXEC | links))
      close(descriptor)
      descriptor = inner
    }
    let name = components[components.count - 1]
    try refuseLink(name, in: descriptor)
    // Opening a pipe without O_NONBLOCK would wait for a writer.
    let file = try Self.check(openat(descriptor, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | links))
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .path(.cannotOpen(code: errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .path(.notARegularFile) }
    guard followsLinks || status.st_nlink <= 1 else { throw .path(.hardLink) }
    let path = (folder == "." ? "" : folder) + components.joined(separator: "/")
    do throws(MappedFile.Failure) {
      return try MappedFile(descriptor: file, path: path)
    } catch {
      throw .mapping(error)
    }
  }

  /// O_NOFOLLOW alone decides whether a link is followed; this only tells a link from other refusals.
  private func refuseLink(_ name: String, in folder: Int32) throws(Refusal) {
    if followsLinks { return }
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFLNK { throw .path(.symbolicLink) }
  }

  private static func check(_ descriptor: Int32) throws(Refusal) -> Int32 {
    if descriptor >= 0 { return descriptor }
    switch errno {
    case ENOENT: throw .absent
    case ELOOP: throw .path(.symbolicLink)
    case ENOTDIR: throw .path(.invalid)
    case let code: throw .path(.cannotOpen(code: code))
    }
  }
}
