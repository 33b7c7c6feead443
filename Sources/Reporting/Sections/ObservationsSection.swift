/// What stands out, in words computed from the figures.
package struct ObservationsSection: Section {
  package let title = "What stands out"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    let remarks = Observations.of(subject).map { Remark(.note, $0) }
    guard !remarks.isEmpty else { return nil }
    blocks = [.list(remarks)]
  }
}
