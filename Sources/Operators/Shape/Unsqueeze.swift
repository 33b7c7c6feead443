internal import Network

/// The input with new axes of extent 1 at the named places of the output.
struct Unsqueeze: ViewOperator {
  static let name = "Unsqueeze"
  private let axes: IntegersParameter

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = attributes.version < 13 ? .attribute("axes", try attributes.integers("axes")) : .input(1)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    switch try axes.content(inputs) {
    case .absent:
      switch axes {
      case .attribute(let name, _): throw .missingAttribute(name)
      case .input(let index): throw .missingInput(index)
      }
    case .unknown(let count):
      guard let shape = data.shape, let count else { return [Fact(data.element, nil)] }
      return [Fact(data.element, Shape([Dimension](repeating: nil, count: try sum(shape.rank, count))))]
    case .known(let axes):
      guard let shape = data.shape else { return [Fact(data.element, nil)] }
      let rank = shape.rank + axes.count
      let places = try normalizedAxes(axes, rank: rank, from: self.axes.source)
      var kept = shape.dimensions.makeIterator()
      let extents: [Dimension] = (0..<rank).map { places.contains($0) ? 1 : kept.next() ?? nil }
      return [Fact(data.element, Shape(extents))]
    }
  }
}

extension Unsqueeze: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.give(0) { d in d.reshaped(.gradient(0), like: .input(0)) }
  }
}
