package import Analysis
package import Profiling

/// What renderers write: titled parts made of blocks.
package struct Report: Sendable {
  package struct Part: Sendable {
    package var title: String
    package var blocks: [Block]
  }

  package enum Extent: Sendable, Equatable {
    case full
    /// What fits on a screen.
    case brief
    /// The same and the table of layers.
    case briefWithLayers
    /// What fits on a screen, and the plan, step by step.
    case explained(withLayers: Bool)
  }

  /// As the file gives it.
  package var title: String
  package var subtitle: String
  package var parts: [Part]

  init(title: String, subtitle: String, parts: [Part]) {
    self.title = title
    self.subtitle = subtitle
    self.parts = parts
  }

  package init(_ subject: Subject, extent: Extent = .full) {
    let sections =
      switch extent {
      case .full: Sections.all
      case .brief: Sections.brief
      case .briefWithLayers: Sections.brief + [LayersSection.self]
      case .explained(let withLayers):
        Sections.brief + (withLayers ? [LayersSection.self] : []) + [PlanSection.self]
      }
    title = subject.analysis.network.name
    subtitle = subject.profile == nil ? "Static analysis" : "Static analysis and measured profile"
    parts = sections.compactMap { section in
      section.init(subject).map { Part(title: $0.title, blocks: $0.blocks) }
    }
  }

  package init(_ comparison: ComparisonSubject) {
    title = comparison.subjects.map(\.name).joined(separator: " · ")
    subtitle = "Comparison of \(comparison.subjects.count) networks"
    parts = ComparisonSections.all.compactMap { section in
      section.init(comparison).map { Part(title: $0.title, blocks: $0.blocks) }
    }
  }

  package init(analysis: StaticAnalysis, profile: Profile? = nil, extent: Extent = .full) {
    self.init(Subject(analysis: analysis, profile: profile), extent: extent)
  }
}
