/// What makes the difference, each network against the first.
package struct ExplanationSection: ComparisonSection {
  package let title = "What makes the difference"
  package let blocks: [Block]

  package init?(_ comparison: ComparisonSubject) {
    let several = comparison.subjects.count > 2
    var blocks: [Block] = []
    for (index, subject) in comparison.subjects.enumerated().dropFirst() {
      let sentences = Explanation(comparison.first, subject, in: comparison).sentences
      guard !sentences.isEmpty else { continue }
      if several { blocks.append(.heading("\(comparison.labels[0]) and \(comparison.labels[index])")) }
      blocks.append(.list(sentences.map { Remark(.note, $0) }))
    }
    guard !blocks.isEmpty else { return nil }
    self.blocks = blocks
  }
}
