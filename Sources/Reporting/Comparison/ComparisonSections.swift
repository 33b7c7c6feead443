/// All sections of a comparison, in the order in which they are read. A test compares the list with the folder.
package enum ComparisonSections {
  package static let all: [any ComparisonSection.Type] = [
    ExplanationSection.self,
    FiguresSection.self,
    ConditionsSection.self,
    KindsComparisonSection.self,
    AlignmentSection.self,
    MemoryComparisonSection.self,
    BatchComparisonSection.self,
    CompletenessComparisonSection.self,
  ]
}
