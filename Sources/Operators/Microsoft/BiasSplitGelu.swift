internal import Network

/// The first half of `x + bias` times Gelu of the second half.
package struct BiasSplitGelu: RealOperator {
  package static let name = "BiasSplitGelu"
  package static let domain = "com.microsoft"
  package let role = Role.layer
  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let bias = try inputs.tensor(1, of: [input.element])
    guard let shape = input.shape else { return [Fact(input.element, nil)] }
    guard let last = shape.dimensions.last else { throw .rank(input: 0, expected: "1 or more", found: 0) }
    try ConvolutionShape.checkBias(bias.shape, index: 1, channels: last)
    if let last, last % 2 != 0 { throw .shape(input: 0, reason: "\(last) has no halves") }
    return [Fact(input.element, Shape(shape.dimensions.dropLast() + [last.map { $0 / 2 }]))]
  }

  /// Two biases, Gelu, and the product.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 8)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let (source, bias) = (try call.values(0), try call.values(1))
    let target = try call.results(0)
    let half = bias.count / 2
    for index in target.indices {
      let (row, column) = (index / half, index % half)
      let start = row * bias.count + column
      target[index] =
        (source[start] + bias[column]) * Gelu.exact(source[start + half] + bias[column + half])
    }
  }
}
