internal import Network

/// The same elements under a new shape; 0 keeps the extent of that axis, one -1 takes what is left.
struct Reshape: ViewOperator {
  static let name = "Reshape"
  private let target: IntegersParameter
  private let zeroIsExtent: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    target = attributes.version < 5 ? .attribute("shape", try attributes.integers("shape")) : .input(1)
    zeroIsExtent = try attributes.flag("allowzero")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    switch try target.content(inputs) {
    case .absent: throw .missingInput(1)
    case .unknown(let count):
      return [Fact(data.element, count.map { Shape([Dimension](repeating: nil, count: $0)) })]
    case .known(let extents): return [Fact(data.element, try resolve(extents, data.shape))]
    }
  }

  private func resolve(_ requested: [Int], _ shape: Shape?) throws(OperatorError) -> Shape {
    var extents: [Dimension] = []
    var open: Int?
    // Extents of the input that the new shape does not name by a 0; the others cancel.
    var left = shape?.dimensions
    for (axis, extent) in requested.enumerated() {
      switch extent {
      case 0 where !zeroIsExtent:
        if let shape, axis >= shape.rank { throw target.source.failure("a 0 behind the last axis") }
        extents.append(shape?[axis])
        left?[axis] = 1
      case -1:
        guard open == nil else { throw target.source.failure("more than one -1") }
        open = axis
        extents.append(nil)
      case 0...: extents.append(extent)
      default: throw target.source.failure("a negative extent")
      }
    }
    guard let total = try known(left ?? [nil]) else { return Shape(extents) }
    let named = try product(
      zip(requested, extents).map { requested, extent in requested == 0 && !zeroIsExtent ? 1 : extent ?? 1 })
    if let open {
      guard named != 0 else { throw target.source.failure("-1 beside an extent of 0") }
      guard total % named == 0 else { throw .shape(input: 0, reason: "not divisible into the new shape") }
      extents[open] = total / named
    } else if named != total {
      throw .shape(input: 0, reason: "has another number of elements than the new shape")
    }
    return Shape(extents)
  }

  /// The product of extents; nil if one is unknown.
  private func known(_ extents: [Dimension]) throws(OperatorError) -> Int? {
    guard let extents = Shape(extents).known else { return nil }
    return try product(extents)
  }
}

extension Reshape: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.give(0) { d in d.reshaped(.gradient(0), like: .input(0)) }
  }
}
