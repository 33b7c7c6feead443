internal import Network

/// The matrix product of 8-bit numbers that stand for `scale * (q - zero point)`, rounded to such numbers again.
///
/// Inputs: a, its scale and zero point; b, its scale and zero point (one, or one per column); the output's scale and zero
/// point.
package struct QLinearMatMul: Operator {
  package static let name = "QLinearMatMul"
  package let role = Role.matrixLayer

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let left = try inputs.tensor(0, of: IntegerOperand.elementTypes)
    let right = try inputs.tensor(3, of: IntegerOperand.elementTypes)
    let result = try inputs.tensor(7, of: IntegerOperand.elementTypes)
    guard let a = left.shape, let b = right.shape else { return [Fact(result.element, nil)] }
    return [Fact(result.element, try MatMulShape(a, b, rightIndex: 3).output)]
  }

  /// Per output element: product, rounding, zero point, two limits.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 3, let left = inputs[0]?.shape, let right = inputs[3]?.shape,
      let macs = try MatMulShape(left, right).macs, let count = outputs.first?.shape?.elementCount
    else { return nil }
    return Cost(macs: macs, elementwiseOperations: try product(count, 5))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 || index == 3 ? .whole : .none
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    let (a, b) = (try context.input(0), try context.input(3))
    let left = try IntegerOperand(a, zeroPoint: context.input(2), axis: a.rank - 2, input: 2)
    let right = try IntegerOperand(b, zeroPoint: context.input(5), axis: b.rank - 1, input: 5)
    let kernel = try MatMulKernel(a.dimensions, b.dimensions)
    let extents = types[0].shape?.known ?? []
    var sums = Array(repeating: Int32(0), count: extents.reduce(1, &*))
    sums.withUnsafeMutableBufferPointer { kernel.run(left.values, right.values, $0) }
    let rounding = try Requantization(
      context, scales: (1, 4, 6), zeroPoint: 7, element: types[0].element, channels: kernel.columns)
    let output = try context.output(0, types[0].element, extents)
    rounding.store(sums, to: output) { $0 % kernel.columns }
  }
}
