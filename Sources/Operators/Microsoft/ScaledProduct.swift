internal import Network

/// A matrix product of 8-bit integers whose sums are scaled to floating point: what MatMulIntegerToFloat
/// and DynamicQuantizeMatMul share.
struct ScaledProduct {
  var left: IntegerOperand
  var right: IntegerOperand

  /// `left * right * leftScale * rightScale + bias`; the right scale is one number or one for each column.
  func run(
    _ output: UnsafeMutableBufferPointer<Float>, scale: Float, rightScale: UnsafeBufferPointer<Float>,
    bias: UnsafeBufferPointer<Float>?
  ) throws(OperatorError) {
    let kernel = try MatMulKernel(left.dimensions, right.dimensions)
    var sums = [Int32](repeating: 0, count: output.count)
    sums.withUnsafeMutableBufferPointer { kernel.run(left.values, right.values, $0) }
    let columns = max(kernel.columns, 1)
    guard rightScale.count == 1 || rightScale.count == columns, bias.map({ $0.count == columns }) ?? true
    else { throw .shape(input: 1, reason: "scales or biases for another number than \(columns) columns") }
    for index in output.indices {
      let column = index % columns
      let factor = scale * rightScale[rightScale.count == 1 ? 0 : column]
      output[index] = Float(sums[index]) * factor + (bias?[column] ?? 0)
    }
  }

  /// A product, a scale for each result, and the bias where there is one.
  static func cost(_ left: Shape?, _ right: Shape?, hasBias: Bool) throws(OperatorError) -> Cost? {
    guard let left, let right else { return nil }
    let shape = try MatMulShape(left, right)
    guard let macs = try shape.macs, let count = shape.output.elementCount else { return nil }
    return Cost(macs: macs, elementwiseOperations: try product(count, hasBias ? 2 : 1))
  }
}

extension KernelContext {
  /// The elements of a floating-point input that may be left out.
  func optionalFloats(_ index: Int) throws(OperatorError) -> UnsafeBufferPointer<Float>? {
    guard let tensor = try optionalInput(index) else { return nil }
    return try values(of: tensor, as: Float.self, input: index)
  }
}
