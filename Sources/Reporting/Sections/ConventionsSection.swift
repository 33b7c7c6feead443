/// How every figure is counted.
package struct ConventionsSection: Section {
  package let title = "Conventions"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    let shown = Convention.allCases.filter { subject.profile != nil || !$0.isMeasured }
    blocks = [
      .table(
        Table(
          "How the figures are counted", columns: [.text("Figure"), .text("Convention")],
          rows: shown.map { [.text($0.title), .text($0.sentence)] })),
      .paragraph(
        "A dash stands for what is not known. It is never counted as 0; a total with an unknown part is a lower bound, shown as “at least” or ≥."
      ),
    ]
  }
}
