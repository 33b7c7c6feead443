internal import Network

/// A quantised operator of one tensor: X, its scale and zero point, the output's.
protocol QLinearUnary: QuantizedForm {}

extension QLinearUnary {
  func operands(count: Int) -> [QuantizedOperand] { [QuantizedOperand(data: 0, scale: 1, zeroPoint: 2)] }
  var result: QuantizedOperand { QuantizedOperand(data: -1, scale: 3, zeroPoint: 4) }
}

struct QLinearSigmoid: QLinearUnary {
  static let name = "QLinearSigmoid"
  let base: Sigmoid
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try Sigmoid(attributes) }
}

struct QLinearLeakyRelu: QLinearUnary {
  static let name = "QLinearLeakyRelu"
  let base: LeakyRelu
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try LeakyRelu(attributes) }
}

struct QLinearAveragePool: QLinearUnary {
  static let name = "QLinearAveragePool"
  let base: ChannelsLast<AveragePool>
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try ChannelsLast(attributes) }
}

struct QLinearGlobalAveragePool: QLinearUnary {
  static let name = "QLinearGlobalAveragePool"
  let base: ChannelsLast<GlobalAveragePool>
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try ChannelsLast(attributes) }
}

/// Softmax as the operator set of ai.onnx that the attribute names defines it.
struct QLinearSoftmax: QLinearUnary {
  static let name = "QLinearSoftmax"
  let base: Softmax
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Softmax(attributes.asVersion(try attributes.requiredInteger("opset")))
  }
}

/// A quantised operator of two tensors that broadcast: A, its scale and zero point, B likewise, the output's.
protocol QLinearBinary: QuantizedForm {}

extension QLinearBinary {
  var role: Role { .elementwise }
  func operands(count: Int) -> [QuantizedOperand] {
    [QuantizedOperand(data: 0, scale: 1, zeroPoint: 2), QuantizedOperand(data: 3, scale: 4, zeroPoint: 5)]
  }
  var result: QuantizedOperand { QuantizedOperand(data: -1, scale: 6, zeroPoint: 7) }
}

struct QLinearAdd: QLinearBinary {
  static let name = "QLinearAdd"
  let base: Add
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Add(attributes.asVersion(13))
  }
}

struct QLinearMul: QLinearBinary {
  static let name = "QLinearMul"
  let base: Mul
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Mul(attributes.asVersion(13))
  }
}

/// The output's scale and zero point, then tensor, scale and zero point of each part.
struct QLinearConcat: QuantizedForm {
  static let name = "QLinearConcat"
  let base: Concat
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Concat(attributes.asVersion(13))
  }

  func operands(count: Int) -> [QuantizedOperand] {
    stride(from: 2, to: count, by: 3).map { QuantizedOperand(data: $0, scale: $0 + 1, zeroPoint: $0 + 2) }
  }
  var result: QuantizedOperand { QuantizedOperand(data: -1, scale: 0, zeroPoint: 1) }
}
