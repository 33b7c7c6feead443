internal import Profiling

extension MeasuredBaseline {
  /// One line of the baseline file; the ratios to five digits, a thousandth of a percent.
  package var json: JSONNode {
    let machine = conditions.machine
    var members: [(String, JSONNode.Content)] = [
      ("schema", .string(Self.schema)), ("calibration", .string(conditions.calibration)),
      ("batch", .integer(conditions.batch)), ("threads", .integer(conditions.threads)),
      ("instructionSet", .string(conditions.instructionSet)), ("processor", .string(machine.processor)),
      ("architecture", .string(machine.architecture)), ("cores", .integer(machine.cores)),
      ("operatingSystem", .string(machine.operatingSystem)),
      ("governor", machine.governor.map { .string($0) } ?? .null), ("version", .string(version)),
    ]
    members.append(("milliseconds", .number(rounded(milliseconds))))
    members.append(("quietArithmetic", .number(rounded(quietLoad.arithmetic))))
    members.append(("quietIssue", .number(rounded(quietLoad.issue))))
    members.append(
      ("logarithmicRatios", .array(logarithmicRatios.map { JSONNode(.number(rounded($0))) })))
    return JSONNode(.object(members.map { JSONNode.Member(key: $0.0, value: JSONNode($0.1)) }))
  }

  private func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }

  /// No measurement has more blocks.
  private static let blockLimit = 10_000

  package init(_ node: JSONNode) throws(BaselineError) {
    let read = Reader(node: node)
    guard node.members != nil else { throw read.problem("measured", "an object") }
    guard try read.string("schema") == Self.schema else { throw read.problem("schema", "'\(Self.schema)'") }
    var ratios: [Double] = []
    for element in node["logarithmicRatios"]?.elements ?? [] {
      guard let ratio = element.number, ratio.isFinite, ratio.magnitude < 100 else {
        throw read.problem("logarithmicRatios", "a list of numbers between -100 and 100")
      }
      ratios.append(ratio)
    }
    guard (2...Self.blockLimit).contains(ratios.count) else {
      throw read.problem("logarithmicRatios", "a list of 2 to \(Self.blockLimit) numbers")
    }
    var governor: String?
    if let node = node["governor"], case .null = node.content {
    } else {
      governor = try read.string("governor")
    }
    self.init(
      conditions: MeasuredConditions(
        calibration: try read.string("calibration"), batch: try read.positive("batch"),
        threads: try read.positive("threads"), instructionSet: try read.string("instructionSet"),
        machine: EnvironmentFingerprint(
          processor: try read.string("processor"), architecture: try read.string("architecture"),
          cores: try read.positive("cores"), operatingSystem: try read.string("operatingSystem"),
          governor: governor)),
      logarithmicRatios: ratios, milliseconds: try read.number("milliseconds"),
      quietLoad: QuietLoad(
        arithmetic: try read.number("quietArithmetic"), issue: try read.number("quietIssue")),
      version: try read.string("version"))
  }

  private struct Reader {
    let node: JSONNode

    func problem(_ key: String, _ expected: String) -> BaselineError {
      .malformed(line: node[key]?.line ?? node.line, key: "measured.\(key)", expected: expected)
    }

    func string(_ key: String) throws(BaselineError) -> String {
      guard let text = node[key]?.string else { throw problem(key, "a string") }
      return text
    }

    func positive(_ key: String) throws(BaselineError) -> Int {
      guard let value = node[key]?.integer, value > 0 else { throw problem(key, "a whole number above 0") }
      return value
    }

    func number(_ key: String) throws(BaselineError) -> Double {
      guard let value = node[key]?.number, value.isFinite, value > 0 else {
        throw problem(key, "a number above 0")
      }
      return value
    }
  }
}
