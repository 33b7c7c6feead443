/// Extents of a tensor around one axis: element (o, i, n) lies at `(o * length + i) * inner + n`.
package struct AxisSpan: Sendable, Equatable {
  package let outer: Int
  package let length: Int
  package let inner: Int

  package init(_ dimensions: [Int], axis: Int) {
    outer = dimensions[..<axis].reduce(1, &*)
    length = dimensions[axis]
    inner = dimensions[(axis + 1)...].reduce(1, &*)
  }

  /// All axes from `axis` on taken as one.
  package init(_ dimensions: [Int], from axis: Int) {
    outer = dimensions[..<axis].reduce(1, &*)
    length = dimensions[axis...].reduce(1, &*)
    inner = 1
  }
}

/// The axis that an attribute names, negative ones counted from the end; `through` allows the place behind the last.
package func resolvedAxis(
  _ axis: Int, rank: Int, through: Bool = false, attribute: String = "axis"
) throws(OperatorError) -> Int {
  let (shifted, overflow) = axis < 0 ? axis.addingReportingOverflow(rank) : (axis, false)
  guard !overflow, shifted >= 0, shifted < rank || (through && shifted == rank) else {
    throw .attributeValue(attribute, reason: "\(axis) is not an axis of a tensor of rank \(rank)")
  }
  return shifted
}
