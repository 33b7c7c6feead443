internal import Network

/// An operator that folds a tensor along axes which may be known before the run.
package protocol AxisReduction: Operator {
  /// The axes in ascending order, none where the tensor stays as it is; nil if only the run knows them.
  func reducedAxes(_ inputs: InferenceInputs) throws(OperatorError) -> [Int]?
}

/// The axes that a reduction runs over, and whether they stay as extents of 1.
struct ReductionAxes: Sendable {
  private let axes: IntegersParameter
  private let keepsAxes: Bool
  /// Without axes nothing is reduced, instead of everything.
  private let emptyMeansNone: Bool

  /// `inputSince` is the version from which the axes are an input.
  init(_ attributes: borrowing AttributeReader, inputSince: Int) throws(OperatorError) {
    axes =
      attributes.version < inputSince ? .attribute("axes", try attributes.integers("axes")) : .input(1)
    keepsAxes = try attributes.flag("keepdims", default: true)
    emptyMeansNone = try attributes.flag("noop_with_empty_axes")
  }

  /// The reduced axes, in ascending order; nil if only the run knows them.
  func places(rank: Int, _ inputs: InferenceInputs) throws(OperatorError) -> [Int]? {
    switch try axes.content(inputs) {
    case .known(let axes) where !axes.isEmpty:
      try normalizedAxes(axes, rank: rank, from: self.axes.source).sorted()
    case .unknown: nil
    default: emptyMeansNone ? [] : Array(0..<rank)
    }
  }

  /// The axes of the first input.
  func places(_ inputs: InferenceInputs) throws(OperatorError) -> [Int]? {
    guard let rank = try inputs.tensor(0).shape?.rank else { return nil }
    return try places(rank: rank, inputs)
  }

  func infer(_ inputs: InferenceInputs, element: ElementType? = nil) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    let element = element ?? data.element
    guard let shape = data.shape else { return [Fact(element, nil)] }
    guard let places = try places(rank: shape.rank, inputs) else {
      return [Fact(element, keepsAxes ? Shape.unknown(rank: shape.rank) : nil)]
    }
    return [Fact(element, Self.reduced(shape, places, keepsAxes: keepsAxes))]
  }

  static func reduced(_ shape: Shape, _ places: [Int], keepsAxes: Bool) -> Shape {
    var extents: [Dimension] = []
    for axis in 0..<shape.rank {
      if !places.contains(axis) { extents.append(shape[axis]) } else if keepsAxes { extents.append(1) }
    }
    return Shape(extents)
  }

  /// Everything as soon as a spatial axis is reduced.
  func reach(_ inputs: [Fact?]) -> Reach {
    guard let rank = inputs.first??.shape?.rank, let places = try? places(rank: rank, InferenceInputs(inputs))
    else { return .unknown }
    return places.contains(where: { $0 >= 2 }) ? .whole : .same
  }

  /// The gradient of the sum as that of each element it is made of.
  func stretched(_ gradient: Derivation.Term, _ d: inout Derivation) throws(OperatorError) -> Derivation.Term
  {
    guard let places = try places(InferenceInputs(d.inputs)) else { throw .needsValue(input: 1) }
    let aligned = keepsAxes ? gradient : d.unsqueezed(gradient, places)
    return d.apply("Expand", aligned, d.apply("Shape", .input(0)))
  }
}
