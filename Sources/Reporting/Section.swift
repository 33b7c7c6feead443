/// One part of the report on a network. Adding one is a file in `Sections/` and a line in `Sections.swift`.
package protocol Section: Sendable {
  /// nil: there is nothing to say about this subject.
  init?(_ subject: Subject)
  var title: String { get }
  var blocks: [Block] { get }
}

/// One part of the comparison of several networks.
package protocol ComparisonSection: Sendable {
  init?(_ subject: ComparisonSubject)
  var title: String { get }
  var blocks: [Block] { get }
}
