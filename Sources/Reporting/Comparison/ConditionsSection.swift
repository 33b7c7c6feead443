internal import Profiling

/// The machine and the settings under which the networks were measured, without which their times say nothing.
struct ConditionsSection: ComparisonSection {
  let title = "Conditions"
  let blocks: [Block]

  init?(_ comparison: ComparisonSubject) {
    let lines = comparison.subjects.compactMap(Self.line)
    guard !lines.isEmpty else { return nil }
    // One machine measures them all, one after the other; what differs is told apart.
    blocks = Set(lines.map(\.plain)).count == 1 ? [.paragraph(lines[0])] : lines.map { .paragraph($0) }
  }

  private static func line(_ subject: Subject) -> Prose? {
    guard let profile = subject.profile, let reference = subject.reference else { return nil }
    let environment = profile.environment
    var line: Prose =
      "Measured on \(name: environment.processor) (\(environment.instructionSet), \(Numbers.plural(environment.cores, "core"))) with \(Numbers.plural(reference.threads, "thread")), batch \(reference.batch), by Assay \(environment.assayVersion)."
    if profile.usesSyntheticWeights { line = line + " Weights are synthetic: the file's are not there." }
    if profile.widensFloats { line = line + " 16-bit floats were computed in 32 bits." }
    return line
  }
}
