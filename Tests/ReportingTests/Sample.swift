import Analysis
import Profiling
import Reporting

/// Reports on made-up networks that several tests look at.
enum Sample {
  static func subject(_ network: SyntheticNetwork, measured: Bool = true) -> Subject {
    let analysis = network.analysis()
    return Subject(analysis: analysis, profile: measured ? SyntheticProfile.of(analysis) : nil)
  }

  static var comparison: ComparisonSubject? {
    ComparisonSubject([subject(.resNet50()), subject(.mobileNetV2())])
  }

  static var reports: [Report] {
    [
      Report(subject(.resNet50())), Report(subject(.mobileNetV2())),
      Report(subject(.tiny(), measured: false)),
      Report(subject(.chain(0))), Report(subject(.chain(1))), Report(subject(.chain(1000))),
    ] + (comparison.map { [Report($0)] } ?? [])
  }

  /// The text of one report in every format.
  static func renderings(of subject: Subject) -> [(format: String, text: String)] {
    let report = Report(subject)
    return [
      ("html", HTMLRenderer().render(report)), ("markdown", MarkdownRenderer().render(report)),
      ("json", JSONRenderer().render(subject)), ("csv", CSVRenderer().render(subject)),
      ("terminal", TerminalRenderer(width: 100, usesColor: false).render(report)),
    ]
  }
}
