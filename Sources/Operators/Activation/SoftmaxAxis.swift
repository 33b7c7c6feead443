internal import Network

/// What Softmax, LogSoftmax and Hardmax have in common: elements along an axis are taken together.
///
/// Up to version 12 the axis (default 1) and all behind it are taken as one; from 13 on it is the axis alone (default -1).
package struct SoftmaxAxis: Sendable {
  package let axis: Int
  package let flattens: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    flattens = attributes.version < 13
    axis = try attributes.integer("axis", default: flattens ? 1 : -1)
  }

  /// The axes that are taken together, for a first input of known rank.
  func places(_ inputs: [Fact?]) throws(OperatorError) -> [Int] {
    guard let rank = inputs.first??.shape?.rank else { throw .needsValue(input: 0) }
    let axis = try resolvedAxis(axis, rank: rank, through: flattens)
    return flattens ? Array(axis..<rank) : [axis]
  }

  package func span(_ dimensions: [Int]) throws(OperatorError) -> AxisSpan {
    // A vector under the default axis of old versions is one row for each element.
    let axis = try resolvedAxis(axis, rank: dimensions.count, through: flattens)
    return flattens ? AxisSpan(dimensions, from: axis) : AxisSpan(dimensions, axis: axis)
  }
}
