internal import Analysis
internal import Profiling

/// Several networks to be held side by side; the first is what the others are compared with.
package struct ComparisonSubject: Sendable {
  package let subjects: [Subject]

  /// nil for fewer than two.
  package init?(_ subjects: [Subject]) {
    guard subjects.count > 1 else { return nil }
    self.subjects = subjects
  }

  var first: Subject { subjects[0] }

  /// Names for columns: the networks' own, numbered where two are alike.
  var labels: [String] {
    subjects.enumerated().map { index, subject in
      let isUnique = subjects.count { $0.name == subject.name } == 1
      return isUnique ? subject.name : "\(subject.name) (\(index + 1))"
    }
  }

  /// Whether times may be held against each other: the same processor, instruction set, threads and batch.
  func hasComparableTimes(_ a: Subject, _ b: Subject) -> Bool {
    guard let left = a.profile?.environment, let right = b.profile?.environment, let one = a.reference,
      let other = b.reference
    else { return false }
    return left.processor == right.processor && left.instructionSet == right.instructionSet
      && one.threads == other.threads && one.batch == other.batch
  }
}
