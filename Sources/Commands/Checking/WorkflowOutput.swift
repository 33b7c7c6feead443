internal import Checking
internal import Reporting

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What a check does besides where GitHub Actions runs it: annotations on the files, and a section of the job's summary.
enum WorkflowOutput {
  static var isWanted: Bool { value("GITHUB_ACTIONS") == "true" }

  /// Annotations go to standard error, so that data on standard output stays data; the runner reads both.
  static func write(_ checks: [NetworkCheck], name: String, _ streams: Streams) {
    streams.error.write(WorkflowCommands.annotations(checks))
    guard let path = value("GITHUB_STEP_SUMMARY") else { return }
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    let text = CheckMarkdown(name: name).render(checks) + "\n"
    let isWritten = descriptor >= 0 && Array(text.utf8).withUnsafeBytes { writeAllBytes($0, to: descriptor) }
    if descriptor >= 0 { close(descriptor) }
    if !isWritten { streams.error.write("assay: the step summary '\(path)' cannot be written\n") }
  }

  private static func value(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
