internal import Analysis
internal import Formats

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The option that raises what a file may ask of its reader, of the analysis and of a run.
struct LimitOptions {
  static let limit = Option(
    "--limit", value: "NAME=N", isRepeatable: true,
    help: "Raise or lower a limit: \(names.joined(separator: ", "))")

  private(set) var reading = Limits()
  private(set) var analysis = AnalysisLimits()
  /// Bytes that a run's activations may take: what the machine has, unless the option says otherwise.
  private(set) var memoryBytes = physicalMemory

  private static let names = Name.allCases.map(\.rawValue)

  /// As errors name them.
  private enum Name: String, CaseIterable {
    case depth, nodes
    case expandedNodes = "expanded-nodes"
    case rank, elements
    case nameBytes = "name-bytes"
    case expandedNameBytes = "expanded-name-bytes"
    case tensors
    case memory
  }

  init(_ arguments: Arguments) throws(UsageError) {
    for (text, value) in try arguments.pairs(Self.limit.name) {
      guard let name = Name(rawValue: text) else {
        throw .invalidValue(
          option: Self.limit.name, value: text, expected: "one of \(Self.names.joined(separator: ", "))")
      }
      try set(name, to: value)
    }
  }

  private mutating func set(_ name: Name, to value: String) throws(UsageError) {
    // Reading goes into itself at every level, so depth is bounded by the stack.
    let range = name == .depth ? 1...1000 : 1...Int.max
    let number = try Arguments.integer(value, option: "\(Self.limit.name) \(name.rawValue)", in: range)
    switch name {
    case .depth:
      reading.depth = number
      analysis.callDepth = number
      analysis.graphDepth = number
    case .nodes: reading.nodes = number
    case .expandedNodes:
      reading.expandedNodes = number
      analysis.expandedNodes = number
    case .rank: reading.rank = number
    case .elements: reading.elements = number
    case .nameBytes: reading.nameBytes = number
    case .expandedNameBytes: analysis.expandedNameBytes = number
    case .tensors: reading.tensors = number
    case .memory: memoryBytes = number
    }
  }

  private static var physicalMemory: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    let (bytes, overflow) = Int(pages).multipliedReportingOverflow(by: Int(pageBytes))
    return pages <= 0 || pageBytes <= 0 || overflow ? 64 << 30 : bytes
  }
}
