#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension Environment {
  /// Reads what this machine tells of itself, now.
  package static func current(instructionSet: String, version: String) -> Environment {
    Environment(
      processor: SystemFacts.processorName ?? "unknown processor",
      architecture: systemName { uname in text(uname.machine) },
      instructionSet: instructionSet,
      cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      memoryBytes: memoryBytes,
      operatingSystem: systemName { uname in "\(text(uname.sysname)) \(text(uname.release))" },
      frequencyMegahertz: SystemFacts.frequencyMegahertz,
      loadAverage: loadAverage,
      affinity: SystemFacts.affinity,
      assayVersion: version,
      date: now)
  }

  private static func systemName(_ read: (utsname) -> String) -> String {
    var names = utsname()
    return uname(&names) == 0 ? read(names) : "unknown"
  }

  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private static var memoryBytes: Int? {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    guard pages > 0, size > 0 else { return nil }
    return pages * size
  }

  private static var loadAverage: Double? {
    var averages = [Double](repeating: 0, count: 1)
    return getloadavg(&averages, 1) == 1 ? averages[0] : nil
  }

  /// ISO 8601, UTC, to the second.
  package static var now: String {
    var seconds = time(nil)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let day = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    return "\(day)T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }
}
