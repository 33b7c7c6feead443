internal import Network

/// The places, from -1 to 1, that an affine transformation [N, axes, axes + 1] gives to a regular grid of extents
/// [N, C, ...]: [N, ..., axes], last axis first.
struct AffineGrid: FloatKernel {
  static let name = "AffineGrid"
  private let alignsCorners: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignsCorners = try attributes.flag("align_corners")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let theta = try inputs.tensor(0)
    guard case .known(let size) = try IntegersParameter.input(1).content(inputs) else {
      guard let count = try inputs.tensor(1).elementCount else { return [Fact(theta.element, nil)] }
      return [Fact(theta.element, .unknown(rank: count))]
    }
    let axes = size.count - 2
    guard axes == 2 || axes == 3 else { throw .shape(input: 1, reason: "not four or five extents") }
    guard size.allSatisfy({ $0 >= 0 }) else { throw .value(input: 1, reason: "a negative extent") }
    if let shape = theta.shape?.known, shape != [size[0], axes, axes + 1] {
      throw .shape(input: 0, reason: "not one matrix for each entry of the batch")
    }
    return [Fact(theta.element, Shape([size[0]] + size[2...] + [axes]))]
  }

  /// A multiplication and an addition for each entry of a row of the matrix.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let shape = outputs.first?.shape, let axes = shape.dimensions.last ?? nil else { return nil }
    return try .elementwise(outputs.first?.tensor, try product(2, axes))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  func run<Element: Number & BinaryFloatingPoint>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) {
    let output = try makeOutput(context)
    let theta = try context.input(0).doubles(input: 0)
    let axes = output.dimensions[output.rank - 1]
    let extents = Array(output.dimensions[1..<output.rank - 1])
    let strides = rowMajorStrides(extents)
    let places = extents.reduce(1, &*)
    let target = output.mutableElements(as: Element.self)
    for entry in 0..<output.elementCount {
      let (row, place, batch) = (entry % axes, entry / axes % places, entry / axes / places)
      let matrix = (batch * axes + row) * (axes + 1)
      var sum = theta[matrix + axes]
      for axis in 0..<axes {
        // Columns of the matrix are the last axis first.
        let own = axes - 1 - axis
        sum += theta[matrix + axis] * coordinate(place / strides[own] % extents[own], of: extents[own])
      }
      target[entry] = Element(Element(sum))
    }
  }

  private func coordinate(_ index: Int, of extent: Int) -> Double {
    if alignsCorners { return extent == 1 ? -1 : -1 + 2 * Double(index) / Double(extent - 1) }
    return -1 + (2 * Double(index) + 1) / Double(extent)
  }
}
