/// What stands out, in words computed from the figures.
struct ObservationsSection: Section {
  let title = "What stands out"
  let blocks: [Block]

  init?(_ subject: Subject) {
    let remarks = Observations.of(subject).map { Remark(.note, $0) }
    guard !remarks.isEmpty else { return nil }
    blocks = [.list(remarks)]
  }
}
