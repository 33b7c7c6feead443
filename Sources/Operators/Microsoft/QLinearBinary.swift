/// A quantised operator of two tensors that broadcast: A, its scale and zero point, B likewise, the output's.
protocol QLinearBinary: QuantizedForm {}

extension QLinearBinary {
  var role: Role { .elementwise }
  func operands(count: Int) -> [QuantizedOperand] {
    [QuantizedOperand(data: 0, scale: 1, zeroPoint: 2), QuantizedOperand(data: 3, scale: 4, zeroPoint: 5)]
  }
  var result: QuantizedOperand { QuantizedOperand(data: -1, scale: 6, zeroPoint: 7) }
}
