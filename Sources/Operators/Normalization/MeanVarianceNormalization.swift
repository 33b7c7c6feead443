internal import Network

/// `(x - mean) / (deviation + 1e-9)` over the axes that the node names, batch and space if it names none.
package struct MeanVarianceNormalization: RealOperator {
  package static let name = "MeanVarianceNormalization"
  package let role = Role.layer
  package let axes: [Int]

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try attributes.integers("axes") ?? [0, 2, 3]
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    if let rank = input.shape?.rank { _ = try places(rank: rank) }
    return [Fact(.tensor(input))]
  }

  private func places(rank: Int) throws(OperatorError) -> Set<Int> {
    var places: Set<Int> = []
    for axis in axes { places.insert(try resolvedAxis(axis, rank: rank, attribute: "axes")) }
    return places
  }

  /// Per element: sum, square and its sum, difference, division.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 5)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard let rank = outputs.first?.shape?.rank, let places = try? places(rank: rank) else { return .unknown }
    return places.allSatisfy { $0 < 2 } ? .same : .whole
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let reduced = try places(rank: extents.count)
    // Statistics lie in a tensor that has 1 for each axis they are taken over.
    let kept = extents.enumerated().map { reduced.contains($0) ? 1 : $1 }
    let strides = try broadcastStrides(kept, to: extents, input: 0)
    let rows = kept.reduce(1, &*)
    let source = try call.values(0)
    let target = try call.results(0)
    let (means, deviations) = (try call.scratch(rows), try call.scratch(rows))
    let count = Value(max(source.count, 1)) / Value(max(rows, 1))
    forEachRow(of: extents, strides) { start, length, other, step in
      for index in 0..<length { means[other + index * step] += source[start + index] / count }
    }
    forEachRow(of: extents, strides) { start, length, other, step in
      for index in 0..<length {
        let difference = source[start + index] - means[other + index * step]
        deviations[other + index * step] += difference * difference / count
      }
    }
    for row in 0..<rows { deviations[row] = deviations[row].squareRoot() + Value(1e-9) }
    forEachRow(of: extents, strides) { start, length, other, step in
      for index in 0..<length {
        let place = other + index * step
        target[start + index] = (source[start + index] - means[place]) / deviations[place]
      }
    }
  }
}
