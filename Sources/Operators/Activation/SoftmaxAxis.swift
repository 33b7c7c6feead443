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

  package func span(_ dimensions: [Int]) throws(OperatorError) -> AxisSpan {
    // A vector under the default axis of old versions is one row for each element.
    let axis = try resolvedAxis(axis, rank: dimensions.count, through: flattens)
    return flattens ? AxisSpan(dimensions, from: axis) : AxisSpan(dimensions, axis: axis)
  }
}

/// An operator over the elements along an axis that keeps the shape.
package protocol SoftmaxOperator: RealOperator {
  var softmaxAxis: SoftmaxAxis { get }
  /// Scalar operations per element and per row.
  static var operations: (perElement: Int, perRow: Int) { get }
}

extension SoftmaxOperator {
  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let type = try inputs.tensor(0, of: ElementType.reals)
    if let rank = type.shape?.rank {
      _ = try resolvedAxis(softmaxAxis.axis, rank: rank, through: softmaxAxis.flattens)
    }
    return [Fact(.tensor(type))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let extents = outputs.first?.shape?.known else { return nil }
    let span = try softmaxAxis.span(extents)
    let rows = try product(span.outer, span.inner)
    let perElement = try product([rows, span.length, Self.operations.perElement])
    return Cost(elementwiseOperations: try sum(perElement, product(rows, Self.operations.perRow)))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let rank = outputs.first?.shape?.rank,
      let axis = try? resolvedAxis(softmaxAxis.axis, rank: rank, through: softmaxAxis.flattens)
    else { return .unknown }
    // Along the channels alone, each place keeps to itself.
    return axis == 1 && !softmaxAxis.flattens && rank > 2 ? .same : .whole
  }
}
