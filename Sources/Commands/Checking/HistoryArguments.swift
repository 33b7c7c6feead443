internal import Checking
internal import Profiling

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Where a check's figures are added to, and under which commit and time.
struct HistoryArguments {
  static let history = Option(
    "--history", value: "FILE", help: "Add this run's figures to a history (assay-history/1)")
  static let commit = Option(
    "--commit", value: "ID", help: "The commit for the history (default: the CI's, as GITHUB_SHA)")
  static let time = Option(
    "--time", value: "ISO8601", help: "The commit's time for the history (default: the CI's, or now)")
  static let options = [history, commit, time]

  let path: String
  private let commit: String
  private let time: String

  /// GitHub, GitLab, Jenkins, Azure, CircleCI, Travis, Buildkite, Bitbucket.
  private static let commitVariables = [
    "GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "BUILD_SOURCEVERSION", "CIRCLE_SHA1", "TRAVIS_COMMIT",
    "BUILDKITE_COMMIT", "BITBUCKET_COMMIT",
  ]
  private static let lengthLimit = 200

  /// nil where no history is wanted.
  init?(_ arguments: Arguments) throws(Failure) {
    guard let path = arguments.string(Self.history.name) else {
      for option in [Self.commit, Self.time] where arguments.has(option.name) {
        throw Failure(.wrongUsage, "'\(option.name)' is for a history; add --history FILE")
      }
      return nil
    }
    self.path = path
    let commits = [arguments.string(Self.commit.name)] + Self.commitVariables.map(Self.environment)
    guard let commit = commits.lazy.compactMap({ $0 }).first, !commit.isEmpty else {
      throw Failure(
        .wrongUsage,
        "'--history' needs the commit: --commit ID, or one of \(Self.commitVariables.prefix(3).joined(separator: ", ")) in the environment"
      )
    }
    self.commit = String(commit.prefix(Self.lengthLimit))
    let time =
      arguments.string(Self.time.name) ?? Self.environment("CI_COMMIT_TIMESTAMP") ?? Environment.now
    guard Self.isTime(time) else {
      throw Failure(.wrongUsage, "'--time' must be as 2026-01-31T12:00:00Z, not '\(time)'")
    }
    self.time = time
  }

  func append(_ checks: [NetworkCheck], _ measured: [HistoryMeasurement?]) throws(Failure) {
    try HistoryFile.append(
      HistoryRun(commit: commit, time: time, Array(zip(checks.map(\.network), measured))), to: path)
  }

  private static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// A date, and perhaps a time and a zone, in the letters of ISO 8601.
  private static func isTime(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (10...40).contains(bytes.count), bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-")
    else { return false }
    return bytes.allSatisfy { "0123456789-+:.TZ".utf8.contains($0) }
  }
}
