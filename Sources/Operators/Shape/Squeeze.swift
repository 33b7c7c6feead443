internal import Network

/// The input without the named axes, whose extent is 1; without all such axes if none are named.
struct Squeeze: ViewOperator {
  static let name = "Squeeze"
  private let axes: IntegersParameter

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = attributes.version < 13 ? .attribute("axes", try attributes.integers("axes")) : .input(1)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard let shape = data.shape else { return [Fact(data.element, nil)] }
    switch try axes.content(inputs) {
    case .absent:
      guard let extents = shape.known else { return [Fact(data.element, nil)] }
      return [Fact(data.element, Shape(extents.filter { $0 != 1 }))]
    case .unknown(let count):
      let rank = count.map { max(shape.rank - $0, 0) }
      return [Fact(data.element, rank.map { Shape([Dimension](repeating: nil, count: $0)) })]
    case .known(let axes):
      let places = try normalizedAxes(axes, rank: shape.rank, from: self.axes.source)
      for place in places where shape[place] != nil && shape[place] != 1 {
        throw .shape(input: 0, reason: "the extent of a squeezed axis is not 1")
      }
      let kept = shape.dimensions.indices.filter { !places.contains($0) }
      return [Fact(data.element, Shape(kept.map { shape[$0] }))]
    }
  }
}

extension Squeeze: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.give(0) { d in d.reshaped(.gradient(0), like: .input(0)) }
  }
}
