/// What is known of a sequence: what all its elements have in common, and which they are where their number is known.
@usableFromInline
package struct SequenceType: Sendable, Hashable {
  /// What every element is.
  package let element: ValueType
  /// The elements in order, equal neighbours as one; nil where their number is not known. What a run says holds for each of
  /// its elements, and is no less than `element` says.
  package let runs: [Run]?
  /// The numbers in all elements together; nil where unknown. The parts of a tensor have as many as the tensor, whatever
  /// they are.
  package let total: Int?

  @usableFromInline
  package struct Run: Sendable, Hashable {
    package var type: ValueType
    package var count: Int

    package init(_ type: ValueType, _ count: Int) {
      self.type = type
      self.count = count
    }
  }

  package init(_ element: ValueType, runs: [Run]? = nil, total: Int? = nil) {
    self.element = element
    self.runs = runs
    self.total = total
  }

  /// The number of elements; nil where it is not known or more than an `Int` holds.
  package var length: Int? {
    guard let runs else { return nil }
    var length = 0
    for run in runs {
      let (sum, overflow) = length.addingReportingOverflow(run.count)
      if overflow { return nil }
      length = sum
    }
    return length
  }

  /// The run of the element at `place`, counted from 0; nil where that is not known.
  package func run(holding place: Int) -> Int? {
    guard let runs, place >= 0 else { return nil }
    var rest = place
    for (index, run) in runs.enumerated() {
      if rest < run.count { return index }
      rest -= run.count
    }
    return nil
  }

  /// Bytes of all elements, each packed by itself; nil where unknown.
  package var byteCount: Int? {
    if let bytes = runs.flatMap(Self.byteCount) { return bytes }
    // Elements of whole bytes take as many wherever one tensor ends and the next begins.
    guard let total, let type = element.tensor?.element, type.bits.isMultiple(of: 8) else { return nil }
    return type.byteCount(of: total)
  }

  private static func byteCount(_ runs: [Run]) -> Int? {
    var sum = 0
    for run in runs {
      guard let each = run.type.byteCount else { return nil }
      let (bytes, tooMany) = each.multipliedReportingOverflow(by: run.count)
      let (next, tooLarge) = sum.addingReportingOverflow(bytes)
      if tooMany || tooLarge { return nil }
      sum = next
    }
    return sum
  }
}

extension ValueType {
  /// The numbers that the value holds; nil where unknown, and for what is no tensor and no sequence of tensors.
  package var elementCount: Int? {
    switch self {
    case .tensor(let type): type.elementCount
    case .sequence(let type): type.total
    case .sparseTensor, .optional, .map, .opaque: nil
    }
  }

  /// Bytes of those, packed; nil where unknown.
  package var byteCount: Int? {
    switch self {
    case .tensor(let type): type.byteCount
    case .sequence(let type): type.byteCount
    case .sparseTensor, .optional, .map, .opaque: nil
    }
  }
}
