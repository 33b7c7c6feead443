internal import Network

/// An operator over the elements along an axis that keeps the shape.
package protocol SoftmaxOperator: RealOperator {
  var softmaxAxis: SoftmaxAxis { get }
  /// Scalar operations per element and per row.
  static var operations: (perElement: Int, perRow: Int) { get }
  /// One row: `count` elements, at least one, that lie `stride` apart from `start` on. Write `@inline(__always)` before it: it
  /// is the body of the loop.
  static func row<Value: Real>(
    _ source: UnsafeBufferPointer<Value>, _ target: UnsafeMutableBufferPointer<Value>, start: Int, count: Int,
    stride: Int)
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

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let source = try call.values(0)
    let target = try call.results(0)
    let span = try softmaxAxis.span(call.dimensions(0))
    guard span.length > 0 else { return }
    for outer in 0..<span.outer {
      for inner in 0..<span.inner {
        let start = outer * span.length * span.inner + inner
        Self.row(source, target, start: start, count: span.length, stride: span.inner)
      }
    }
  }
}
