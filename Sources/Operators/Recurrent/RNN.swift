/// `H' = f(X W^T + H R^T + biases)`
package struct RNN: RecurrentOperator {
  package static let name = "RNN"
  package static let gates = 1
  package static let hasCellState = false
  package let recurrence: RecurrentAttributes

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    recurrence = try RecurrentAttributes(attributes, defaults: [.tanh])
  }

  package func operationsPerUnit(direction: Int, hasBias: Bool, hasPeepholes: Bool) -> Int {
    1 + (hasBias ? 2 : 0) + activations(direction).reduce(0) { $0 + $1.operations }
  }

  package func step<Value: Real>(
    _ cell: RecurrentCell<Value>, gates: UnsafeMutablePointer<Value>, hidden: UnsafeMutablePointer<Value>,
    cellState: UnsafeMutablePointer<Value>
  ) {
    let size = cell.hiddenSize
    cell.multiply(hidden, gates: 1, first: 0, columns: size, into: cell.scratch)
    for unit in 0..<size {
      hidden[unit] = cell.activations[0](cell.clipped(gates[unit] + cell.scratch[unit] + cell.bias[unit]))
    }
  }
}
