extension JSONRenderer {
  package static let comparisonSchema = "assay-comparison/1"

  package func render(_ comparison: ComparisonSubject) -> String {
    let document: JSONValue = [
      "schema": .string(Self.comparisonSchema),
      "figures": .array(ComparedFigure.all.map { figure($0, comparison) }),
      "explanations": .array(
        zip(comparison.labels, comparison.subjects).dropFirst().map { label, subject in
          [
            "network": .string(label), "comparedWith": .string(comparison.labels[0]),
            "sentences": .array(
              Explanation(comparison.first, subject, in: comparison).sentences.map { .string($0.plain) }),
          ]
        }),
      "reports": .array(comparison.subjects.map(value(of:))),
    ]
    return document.text
  }

  /// `values` in the order of `reports`; `ratios` over the first, null where the two may not be compared.
  private func figure(_ figure: ComparedFigure, _ comparison: ComparisonSubject) -> JSONValue {
    [
      "figure": .string(figure.key), "values": .array(comparison.subjects.map { number(figure.value($0)) }),
      "ratios": .array(comparison.subjects.map { .optional(figure.ratio(of: $0, in: comparison)) }),
    ]
  }

  private func number(_ quantity: Quantity) -> JSONValue {
    switch quantity {
    case .count(let value), .macs(let value), .operations(let value), .flops(let value), .bytes(let value):
      .integer(value)
    case .atLeast(let inner): number(inner)
    default: .optional(quantity.magnitude)
    }
  }
}
