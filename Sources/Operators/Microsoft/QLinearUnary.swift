/// A quantised operator of one tensor: X, its scale and zero point, the output's.
protocol QLinearUnary: QuantizedForm {}

extension QLinearUnary {
  func operands(count: Int) -> [QuantizedOperand] { [QuantizedOperand(data: 0, scale: 1, zeroPoint: 2)] }
  var result: QuantizedOperand { QuantizedOperand(data: -1, scale: 3, zeroPoint: 4) }
}
