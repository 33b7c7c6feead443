#if os(Linux)
  internal import Glibc

  /// What Linux tells of the machine and of this process.
  enum SystemFacts {
    static var processorName: String? { field("model name", of: "/proc/cpuinfo") }

    /// The current frequency of the first processor, or the one that the kernel last saw.
    static var frequencyMegahertz: Double? {
      if let kilohertz = contents(of: "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq").flatMap({
        Double(trimmed($0))
      }) {
        return kilohertz / 1000
      }
      return field("cpu MHz", of: "/proc/cpuinfo").flatMap(Double.init)
    }

    /// The processors that this process may run on.
    static var affinity: [Int]? {
      field("Cpus_allowed_list", of: "/proc/self/status")?.split(separator: ",").flatMap { part in
        let ends = part.split(separator: "-").compactMap { Int($0) }
        guard let first = ends.first, let last = ends.last, first <= last else { return [Int]() }
        return Array(first...last)
      }
    }

    /// The most memory that this process has held since `resetHighWaterMark`, in bytes.
    static var highWaterMarkBytes: Int? {
      field("VmHWM", of: "/proc/self/status").flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 * 1024 }
    }

    /// Starts the high-water mark anew from what is held now; false where the system does not allow it.
    @discardableResult static func resetHighWaterMark() -> Bool {
      let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      return write(descriptor, "5", 1) == 1
    }

    /// How often the system has taken a processor from this process.
    static var interruptions: Int {
      var usage = rusage()
      return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_nivcsw : 0
    }

    /// How the frequency is chosen; nil where the system does not tell, as in most virtual machines.
    static var governor: String? {
      contents(of: "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").map(trimmed)
    }

    private static func field(_ name: String, of path: String) -> String? {
      guard let text = contents(of: path) else { return nil }
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2, trimmed(String(parts[0])) == name { return trimmed(String(parts[1])) }
      }
      return nil
    }

    private static func trimmed(_ text: String) -> String {
      let space: Set<Character> = [" ", "\t", "\n"]
      return String(text.drop { space.contains($0) }.reversed().drop { space.contains($0) }.reversed())
    }

    /// The text of a file of the kernel's, which says it is empty and is not.
    private static func contents(of path: String) -> String? {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 8192)
      // A megabyte is more than any of these files holds on machines of a thousand processors.
      while bytes.count < 1 << 20 {
        let count = read(descriptor, &chunk, chunk.count)
        if count <= 0 { break }
        bytes += chunk[..<count]
      }
      return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
  }
#endif
