internal import Network

/// `alpha * A * B + C` for matrices of 8-bit numbers that stand for `scale * (q - zero point)`, each of which may be
/// transposed; rounded to such numbers again, or left as floats where the result has no scale.
///
/// Inputs: A, its scale and zero point; B, its scales and zero points (one, or one per column); C, 32-bit integers of scale
/// `alpha * A's * B's`; the result's scale and zero point.
struct QGemm: Operator {
  static let name = "QGemm"
  static let domain = "com.microsoft"
  let role = Role.matrixLayer
  private let gemm: Gemm

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    gemm = try Gemm(
      AttributeReader(attributes.attributes, version: 18, inputCount: 3, outputCount: 1))
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let a = try inputs.tensor(0, of: IntegerOperand.elementTypes)
    let b = try inputs.tensor(3, of: IntegerOperand.elementTypes)
    if inputs.has(7) { _ = try inputs.tensor(7, of: [.float32]) }
    if inputs.has(8) { _ = try inputs.tensor(8, of: [a.element]) }
    let extents = try gemm.extents(a.shape, b.shape)
    let element: ElementType = inputs.has(7) ? a.element : .float32
    return [Fact(element, Shape([extents.rows, extents.columns]))]
  }

  /// Per output element: product, rounding, zero point, two limits, and the bias where there is one.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 3, let a = inputs[0]?.shape, let b = inputs[3]?.shape,
      let count = outputs.first?.shape?.elementCount
    else { return nil }
    guard let depth = try gemm.extents(a, b).depth else { return nil }
    let hasBias = inputs.count > 6 && inputs[6] != nil
    return Cost(macs: try product(count, depth), elementwiseOperations: try product(count, hasBias ? 6 : 5))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .whole : .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    _ = try context.outputTypes(of: self)
    let (left, right) = (try context.input(0), try context.input(3))
    let extents = try gemm.extents(Shape(left.dimensions), Shape(right.dimensions))
    guard let rows = extents.rows, let depth = extents.depth, let columns = extents.columns else {
      throw .unsupported("unknown extents")
    }
    let a = try IntegerOperand(left, zeroPoint: context.input(2), axis: -1, input: 2)
    let b = try IntegerOperand(
      right, zeroPoint: context.input(5), axis: gemm.transposesB ? 0 : 1, input: 5)
    var sums = Array(repeating: Int32(0), count: try product(rows, columns))
    let (aRow, aStep) = gemm.transposesA ? (1, rows) : (depth, 1)
    let (bColumn, bStep) = gemm.transposesB ? (depth, 1) : (1, columns)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum: Int32 = 0
        for step in 0..<depth {
          sum &+= a.values[row * aRow + step * aStep] &* b.values[column * bColumn + step * bStep]
        }
        sums[row * columns + column] = sum
      }
    }
    try addBias(context, to: &sums, [rows, columns])
    try store(sums, context, [rows, columns], left.element)
  }

  private func addBias(_ context: KernelContext, to sums: inout [Int32], _ extents: [Int])
    throws(OperatorError)
  {
    guard let bias = try context.optionalInput(6) else { return }
    guard bias.element == .int32 else { throw .elementType(input: 6, found: bias.element) }
    let strides = try broadcastStrides(bias.dimensions, to: extents, input: 6)
    let values = bias.elements(as: Int32.self)
    for row in 0..<extents[0] {
      for column in 0..<extents[1] {
        sums[row * extents[1] + column] &+= values[row * strides[0] + column * strides[1]]
      }
    }
  }

  private func store(
    _ sums: [Int32], _ context: KernelContext, _ extents: [Int], _ element: ElementType
  ) throws(OperatorError) {
    let left = try context.values(of: context.input(1), as: Float.self, input: 1)
    let right = try context.values(of: context.input(4), as: Float.self, input: 4)
    guard left.count == 1 else { throw .shape(input: 1, reason: "not a scalar") }
    guard right.count == 1 || right.count == extents[1] else {
      throw .shape(input: 4, reason: "\(right.count) scales for \(extents[1]) columns")
    }
    let scales = right.map { $0 * left[0] * gemm.alpha }
    guard let scale = try context.optionalInput(7)?.doubles(input: 7) else {
      let target = try context.output(0, .float32, extents).mutableElements(as: Float.self)
      for (index, sum) in sums.enumerated() {
        target[index] = Float(sum) * scales[scales.count == 1 ? 0 : index % extents[1]]
      }
      return
    }
    let zero = try context.optionalInput(8)?.doubles(input: 8) ?? [0]
    guard scale.count == 1, zero.count == 1 else { throw .shape(input: 7, reason: "not a scalar") }
    let rounding = Requantization(
      factors: scales.map { $0 / Float(scale[0]) }, zeroPoint: Int32(zero[0]), element: element)
    rounding.store(sums, to: try context.output(0, element, extents)) { $0 % extents[1] }
  }
}
