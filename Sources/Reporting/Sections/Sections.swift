/// All sections of a report, in the order in which they are read. A test compares the list with the folder.
package enum Sections {
  package static let all: [any Section.Type] = [
    SummarySection.self,
    ObservationsSection.self,
    CompletenessSection.self,
    StagesSection.self,
    KindsSection.self,
    LayersSection.self,
    ComputeSection.self,
    RooflineSection.self,
    MemorySection.self,
    ParametersSection.self,
    ReceptiveFieldSection.self,
    AttentionSection.self,
    LatencySection.self,
    BatchSweepSection.self,
    PortsSection.self,
    EnvironmentSection.self,
    ConventionsSection.self,
  ]

  /// What fits on a screen.
  static let brief: [any Section.Type] = [
    SummarySection.self,
    CompletenessSection.self,
    LatencySection.self,
    BatchSweepSection.self,
  ]
}
