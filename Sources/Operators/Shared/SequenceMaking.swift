package import Network

extension SequenceType {
  /// Runs that inference carries along. Exporters write sequences of one shape or a handful; a file that makes thousands
  /// of them, each of other elements, gets their number and their total.
  private static let runLimit = 64

  /// The sequence of the elements of `runs`; of what the file says of its elements if it has none.
  /// - Parameter total: what is known of the numbers in all of them where the runs do not tell.
  init(of runs: [Run], orEmptyOf element: ValueType, total: Int? = nil) {
    var merged: [Run] = []
    for run in runs where run.count > 0 {
      if let last = merged.last, last.type == run.type {
        let (count, overflow) = last.count.addingReportingOverflow(run.count)
        if overflow {
          self.init(element)
          return
        }
        merged[merged.count - 1].count = count
      } else {
        merged.append(run)
      }
    }
    var common = merged.first?.type ?? element
    for run in merged.dropFirst() { common = common.merged(with: run.type) ?? element }
    let all = SequenceType(common, runs: merged, total: total ?? Self.total(merged))
    self = merged.count > Self.runLimit ? all.withoutOrder : all
  }

  /// `count` elements of which no more is known than `element`.
  package init(repeating element: ValueType, count: Int) {
    self.init(of: [Run(element, count)], orEmptyOf: element)
  }

  /// Numbers in all elements; nil where those of one are not known or the sum is more than an `Int` holds.
  private static func total(_ runs: [Run]) -> Int? {
    var total = 0
    for run in runs {
      guard let each = run.type.elementCount, let all = try? product(each, run.count),
        let next = try? sum(total, all)
      else { return nil }
      total = next
    }
    return total
  }

  /// The same with no more of each element than what all have in common.
  private var withoutOrder: SequenceType {
    SequenceType(element, runs: length.map { $0 > 0 ? [Run(element, $0)] : [] }, total: total)
  }

  private var isEmpty: Bool { runs?.isEmpty ?? false }

  /// The place of the element at `position`, which counts from the end if negative; nil where that is unknown, or outside, which
  /// the run reports.
  private func place(_ position: Int?, through last: Int) -> Int? {
    guard let position, let length, position >= -length, position <= last else { return nil }
    return position < 0 ? position + length : position
  }

  /// What is known of the element at a position; nil for a position that only the run knows.
  func element(at position: Int?) -> ValueType {
    if let runs, runs.count == 1 { return runs[0].type }
    guard let length, let place = place(position, through: length - 1), let run = run(holding: place),
      let runs
    else { return element }
    return runs[run].type
  }

  /// The sequence with one more element before that at `position`; nil for a position that only the run knows. nil if elements
  /// of both kinds cannot be in one sequence.
  func inserting(_ new: ValueType, at position: Int?) -> SequenceType? {
    guard let merged = element.merged(with: new) else { return nil }
    let common = isEmpty ? new : merged
    let all = total.flatMap { total in new.elementCount.flatMap { try? sum(total, $0) } }
    guard let runs, let length, length < .max else { return SequenceType(common, total: all) }
    let isUniform = runs.allSatisfy { $0.type == new }
    guard let place = isUniform ? length : place(position, through: length) else {
      return SequenceType(common, runs: [Run(common, length + 1)], total: all)
    }
    return SequenceType(of: split(runs, at: place, around: [Run(new, 1)]), orEmptyOf: common, total: all)
  }

  private func split(_ runs: [Run], at place: Int, around new: [Run]) -> [Run] {
    guard let index = run(holding: place) else { return runs + new }
    let before = place - runs[..<index].reduce(0) { $0 + $1.count }
    let type = runs[index].type
    let parts = [Run(type, before)] + new + [Run(type, runs[index].count - before)]
    return runs[..<index] + parts + runs[(index + 1)...]
  }

  /// The sequence without the element at `position`; nil for a position that only the run knows.
  func removing(at position: Int?) -> SequenceType {
    guard let runs, let length, length > 0 else { return SequenceType(element) }
    guard let place = runs.count == 1 ? 0 : place(position, through: length - 1),
      let index = run(holding: place)
    else { return SequenceType(element, runs: length > 1 ? [Run(element, length - 1)] : []) }
    var rest = runs
    rest[index].count -= 1
    let removed = runs[index].type.elementCount
    return SequenceType(
      of: rest, orEmptyOf: element, total: total.flatMap { total in removed.map { total - $0 } })
  }

  /// What is known of a sequence that is one of two; nil if the two are of different kinds.
  func merged(with other: SequenceType) -> SequenceType? {
    guard let both = element.merged(with: other.element) else { return nil }
    // An empty sequence has no element that its type would have to speak for.
    let common = isEmpty ? other.element : other.isEmpty ? element : both
    let total = total == other.total ? total : nil
    if runs == other.runs { return SequenceType(common, runs: runs, total: total) }
    guard let length, length == other.length else { return SequenceType(common, total: total) }
    return SequenceType(common, runs: [Run(common, length)], total: total)
  }
}

extension InferenceInputs {
  /// The type of a required sequence.
  func sequence(_ index: Int) throws(OperatorError) -> SequenceType {
    guard case .sequence(let type) = try required(index).type else {
      throw .shape(input: index, reason: "not a sequence")
    }
    return type
  }

  /// The position that an input gives, or `standard` where it is left out; nil where only the run knows it.
  func position(_ index: Int, default standard: Int?) -> Int? {
    has(index) ? self[index]?.constant?.integers?.first : standard
  }
}
