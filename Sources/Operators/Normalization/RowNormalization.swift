package import Network

/// Attributes of the normalisations over the last axes: the first of them, and the precision of the statistics.
package struct RowNormalization: Sendable, Equatable {
  package let axis: Int
  package let epsilon: Float
  /// The type that mean and inverse deviation are computed in and given out as.
  package let statisticsType: ElementType

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: -1)
    epsilon = try attributes.float("epsilon", default: 1e-5)
    statisticsType = try attributes.elementType("stash_type") ?? .float32
    guard ElementType.reals.contains(statisticsType) else {
      throw .attributeValue("stash_type", reason: "\(statisticsType.name) is not a floating-point type")
    }
  }

  /// Checks that a parameter broadcasts to the input.
  package func check(_ parameter: Shape?, index: Int, input: Shape?) throws(OperatorError) {
    guard let parameter = parameter?.known, let input = input?.known else { return }
    _ = try broadcastStrides(parameter, to: input, input: index)
  }

  /// The input's shape with 1 for each normalised axis.
  package func statisticsShape(_ input: Shape?) throws(OperatorError) -> Shape? {
    guard let input else { return nil }
    let first = try resolvedAxis(axis, rank: input.rank)
    return Shape(input.dimensions.enumerated().map { $0 < first ? $1 : 1 })
  }

  package func span(_ extents: [Int]) throws(OperatorError) -> AxisSpan {
    AxisSpan(extents, from: try resolvedAxis(axis, rank: extents.count))
  }

  /// So many scalar operations for each element and for each row; nil if the extents are not known.
  func cost(_ outputs: [Fact], perElement: Int, perRow: Int) throws(OperatorError) -> Cost? {
    guard let extents = outputs.first?.shape?.known else { return nil }
    let span = try span(extents)
    let elements = try product([span.outer, span.length, perElement])
    return Cost(elementwiseOperations: try sum(elements, product(span.outer, perRow)))
  }
}

/// Multiplies the elements of `values`, a tensor of `extents`, by a parameter that broadcasts to it.
func scale<Value: Real>(
  _ values: UnsafeMutableBufferPointer<Value>, _ extents: [Int], by parameter: UnsafeBufferPointer<Value>,
  _ parameterExtents: [Int], input: Int
) throws(OperatorError) {
  let strides = try broadcastStrides(parameterExtents, to: extents, input: input)
  forEachRow(of: extents, strides) { start, count, other, step in
    for index in 0..<count { values[start + index] *= parameter[other + index * step] }
  }
}

/// Adds to the elements of `values`, a tensor of `extents`, a parameter that broadcasts to it.
func shift<Value: Real>(
  _ values: UnsafeMutableBufferPointer<Value>, _ extents: [Int], by parameter: UnsafeBufferPointer<Value>,
  _ parameterExtents: [Int], input: Int
) throws(OperatorError) {
  let strides = try broadcastStrides(parameterExtents, to: extents, input: input)
  forEachRow(of: extents, strides) { start, count, other, step in
    for index in 0..<count { values[start + index] += parameter[other + index * step] }
  }
}
