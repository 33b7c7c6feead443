#if canImport(Darwin)
  internal import Darwin

  /// What macOS tells of the machine and of this process.
  enum SystemFacts {
    static var processorName: String? {
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 1 else { return nil }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else { return nil }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    static var frequencyMegahertz: Double? { nil }
    static var affinity: [Int]? { nil }

    /// The most memory that this process has held since it started, in bytes.
    static var highWaterMarkBytes: Int? {
      var usage = rusage()
      return getrusage(RUSAGE_SELF, &usage) == 0 ? Int(usage.ru_maxrss) : nil
    }

    /// How often the system has taken a processor from this process.
    static var interruptions: Int {
      var usage = rusage()
      return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_nivcsw : 0
    }

    static var governor: String? { nil }

    /// macOS keeps the mark for the life of the process.
    @discardableResult static func resetHighWaterMark() -> Bool { false }
  }
#endif
