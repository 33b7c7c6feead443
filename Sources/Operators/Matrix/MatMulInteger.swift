internal import Network

/// The matrix product of 8-bit integers less their zero points, with 32-bit sums.
///
/// A's zero point is one number or one per row, B's one number or one per column.
package struct MatMulInteger: Operator {
  package static let name = "MatMulInteger"
  package let role = Role.matrixLayer

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let left = try inputs.tensor(0, of: IntegerOperand.elementTypes)
    let right = try inputs.tensor(1, of: IntegerOperand.elementTypes)
    guard let a = left.shape, let b = right.shape else { return [Fact(.int32, nil)] }
    return [Fact(.int32, try MatMulShape(a, b).output)]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1, let left = inputs[0]?.shape, let right = inputs[1]?.shape else { return nil }
    return try MatMulShape(left, right).macs.map { Cost(macs: $0) }
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index < 2 ? .whole : .none
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    let (a, b) = (try context.input(0), try context.input(1))
    let left = try IntegerOperand(a, zeroPoint: context.optionalInput(2), axis: a.rank - 2, input: 2)
    let right = try IntegerOperand(b, zeroPoint: context.optionalInput(3), axis: b.rank - 1, input: 3)
    let output = try context.output(0, .int32, types[0].shape?.known ?? [])
    try MatMulKernel(a.dimensions, b.dimensions).run(
      left.values, right.values, output.mutableElements(as: Int32.self))
  }
}

extension MatMulKernel {
  func run(_ a: [Int32], _ b: [Int32], _ c: UnsafeMutableBufferPointer<Int32>) {
    a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { b in run(a, b, c) } }
  }
}
