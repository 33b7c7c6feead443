internal import Checking
internal import Reporting

/// The forms in which a check is told.
enum CheckFormat: String, CaseIterable {
  case table
  case json
  case markdown
  case junit
  case openmetrics
  case gitHubActionBenchmark = "github-action-benchmark"
  case bencher

  var isJSON: Bool { self == .json || self == .gitHubActionBenchmark || self == .bencher }

  func text(_ checks: [NetworkCheck], name: String, terminal: TerminalRenderer) -> String {
    switch self {
    case .table: terminal.render(Report(checks))
    case .json: JSONRenderer().render(checks)
    case .markdown: CheckMarkdown(name: name).render(checks)
    case .junit: JUnitRenderer().render(checks)
    case .openmetrics: OpenMetricsRenderer().render(checks)
    case .gitHubActionBenchmark: GitHubBenchmarkRenderer().render(checks)
    case .bencher: BencherRenderer().render(checks)
    }
  }
}
