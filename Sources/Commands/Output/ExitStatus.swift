/// What a command ends with; scripts rely on the numbers.
package enum ExitStatus: Int32, Sendable {
  case done = 0
  /// A budget or baseline is exceeded.
  case exceeded = 1
  case wrongUsage = 2
  /// The network cannot be read or is malformed.
  case unreadable = 3
  /// Figures are incomplete and `--strict` was given.
  case incomplete = 4
  /// The baseline cannot be compared.
  case notComparable = 5
  /// The network needs what the executor does not have, or a run failed.
  case cannotRun = 6
}

/// Why a command ends early: its status and one line that says what, where and what to do.
package struct Failure: Error, Sendable, Equatable {
  package let status: ExitStatus
  package let message: String

  package init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  package init(_ error: UsageError) { self.init(.wrongUsage, error.message) }
}
