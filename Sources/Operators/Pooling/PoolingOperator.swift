package import Kernels
package import Network

/// An operator that makes one element of each window of a plane: input `[N, C, spatial...]`, output `[N, C, places...]`.
package protocol PoolingOperator: Operator {
  var window: WindowAttributes { get }
  static var elementTypes: [ElementType] { get }
  /// Scalar operations for an output element of a window of `count` elements.
  func operations(window count: Int) -> Int
}

extension PoolingOperator {
  package static var elementTypes: [ElementType] { ElementType.reals }
  package var role: Role { .layer }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: Self.elementTypes)
    return [Fact(input.element, try outputShape(input.shape))]
  }

  /// The output's shape; nil if the input's rank is not known and does not follow from the kernel's.
  package func outputShape(_ input: Shape?) throws(OperatorError) -> Shape? {
    guard let rank = input?.rank ?? window.kernel.map({ $0.count + 2 }) else { return nil }
    guard rank >= 2 else { throw .rank(input: 0, expected: "2 or more", found: rank) }
    let shape = input ?? Shape(Array(repeating: nil, count: rank))
    let places = try window.window(rank: rank - 2).outputs(input: Array(shape.dimensions[2...]))
    return Shape([shape[0], shape[1]] + places)
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let kernel = window.kernel else { return nil }
    return try .elementwise(outputs.first?.tensor, operations(window: try product(kernel)))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let input = inputs.first??.shape, input.rank >= 2,
      let window = try? window.window(rank: input.rank - 2)
    else { return .unknown }
    return window.reach(input: Array(input.dimensions[2...]))
  }

  package func geometry(_ input: [Int]) throws(OperatorError) -> WindowGeometry {
    try window.window(rank: input.count - 2).geometry(input: Array(input[2...]))
  }
}

/// An operator that makes one element of each plane: input `[N, C, spatial...]`, output `[N, C, 1...]`.
package protocol GlobalPoolingOperator: RealOperator {
  func operations(window count: Int) -> Int
  /// The one value of a plane, which is not empty.
  func reduce<Value: Real>(_ plane: UnsafeBufferPointer<Value>) -> Value
}

extension GlobalPoolingOperator {
  package var role: Role { .layer }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    guard let shape = input.shape else { return [Fact(input.element, nil)] }
    guard shape.rank >= 2 else { throw .rank(input: 0, expected: "2 or more", found: shape.rank) }
    if shape.dimensions[2...].contains(0) { throw .shape(input: 0, reason: "the planes are empty") }
    return [Fact(input.element, Shape([shape[0], shape[1]] + Array(repeating: 1, count: shape.rank - 2)))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let input = inputs.first??.shape?.known, input.count >= 2 else { return nil }
    let count = try product(input[2...])
    return try .elementwise(outputs.first?.tensor, operations(window: count))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let source = try call.values(0)
    let target = try call.results(0)
    guard !target.isEmpty else { return }
    let plane = source.count / target.count
    for index in target.indices {
      target[index] = reduce(UnsafeBufferPointer(rebasing: source[(index * plane)..<((index + 1) * plane)]))
    }
  }
}
