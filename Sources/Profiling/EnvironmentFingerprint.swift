/// What two machines must have in common for their times to be compared.
package struct EnvironmentFingerprint: Sendable, Hashable {
  package var processor: String
  package var architecture: String
  /// The processors that the system has.
  package var cores: Int
  /// The name of the system; its version is no part, since it changes from week to week where others look after the machines.
  package var operatingSystem: String
  /// How the frequency is chosen; nil where the system does not tell.
  package var governor: String?

  package init(
    processor: String, architecture: String, cores: Int, operatingSystem: String, governor: String?
  ) {
    self.processor = processor
    self.architecture = architecture
    self.cores = cores
    self.operatingSystem = operatingSystem
    self.governor = governor
  }

  package static var current: EnvironmentFingerprint {
    let environment = Environment.current(instructionSet: "", version: "")
    return EnvironmentFingerprint(
      processor: environment.processor, architecture: environment.architecture, cores: environment.cores,
      operatingSystem: environment.operatingSystem.split(separator: " ").first.map(String.init) ?? "unknown",
      governor: SystemFacts.governor)
  }

  /// What differs, in words; empty for the same kind of machine.
  package func differences(from other: EnvironmentFingerprint) -> [String] {
    var differences: [String] = []
    func compare(_ what: String, _ before: String, _ after: String) {
      if before != after { differences.append("\(what) '\(before)' there, '\(after)' here") }
    }
    compare("processor", other.processor, processor)
    compare("architecture", other.architecture, architecture)
    compare("cores", String(other.cores), String(cores))
    compare("operating system", other.operatingSystem, operatingSystem)
    compare("frequency governor", other.governor ?? "unknown", governor ?? "unknown")
    return differences
  }
}
