internal import Network

/// Elements of the second input where the condition holds, of the third elsewhere.
struct Where: MovementOperator {
  static let name = "Where"
  let role = Role.elementwise
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func moves(_ input: Int) -> Bool { input > 0 }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (condition, first, second) = (try inputs.tensor(0), try inputs.tensor(1), try inputs.tensor(2))
    guard condition.element == .bool else { throw .elementType(input: 0, found: condition.element) }
    guard first.element == second.element else { throw .elementType(input: 2, found: second.element) }
    return [Fact(first.element, try broadcastShape([condition.shape, first.shape, second.shape]))]
  }

  /// One selection per element.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor)
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    switch output.width {
    case 1: try select(context, output, as: UInt8.self)
    case 2: try select(context, output, as: UInt16.self)
    case 4: try select(context, output, as: UInt32.self)
    case 8: try select(context, output, as: UInt64.self)
    default: try select(context, output, as: SIMD2<UInt64>.self)
    }
  }

  private func select<Bits: BitwiseCopyable>(
    _ context: KernelContext, _ output: DenseTensor, as _: Bits.Type
  ) throws(OperatorError) {
    let extents = output.dimensions
    let (condition, first, second) = (try context.input(0), try context.input(1), try context.input(2))
    let walk = StridedWalk(
      extents,
      strides: [rowMajorStrides(extents)]
        + [condition, first, second].map { broadcastStrides($0.dimensions, to: extents) })
    let (count, strides) = walk.row
    let (choose, a, b) = (
      condition.elements(as: UInt8.self), first.elements(as: Bits.self), second.elements(as: Bits.self)
    )
    let target = output.mutableElements(as: Bits.self)
    walk.forEachRow { offset in
      for index in 0..<count {
        let place = offset &+ strides &* SIMD4(repeating: index)
        target[place[0]] = choose[place[1]] != 0 ? a[place[2]] : b[place[3]]
      }
    }
  }
}

extension Where: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveStretched(1) { d throws(OperatorError) in
      d.apply("Where", .input(0), .gradient(0), try d.filled(like: .output(0), with: 0))
    }
    try d.giveStretched(2) { d throws(OperatorError) in
      d.apply("Where", .input(0), try d.filled(like: .output(0), with: 0), .gradient(0))
    }
  }
}
