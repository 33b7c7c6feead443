/// Gated recurrent unit, gates in the order update, reset, hidden: `H' = (1 - z) h + z H` with
/// `h = g(X Wh^T + (r H) Rh^T + biases)`, or `g(X Wh^T + r (H Rh^T + Rb) + Wb)` where the product comes before the reset.
package struct GRU: RecurrentOperator {
  package static let name = "GRU"
  package static let gates = 3
  package static let hasCellState = false
  package let recurrence: RecurrentAttributes
  package let multipliesBeforeReset: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    recurrence = try RecurrentAttributes(attributes, defaults: [.sigmoid, .tanh])
    multipliesBeforeReset = try attributes.flag("linear_before_reset")
  }

  /// The gates' sums, biases and activations, the reset, and four for the new state.
  package func operationsPerUnit(direction: Int, hasBias: Bool, hasPeepholes: Bool) -> Int {
    let functions = activations(direction).map(\.operations)
    return 3 + (hasBias ? 6 : 0) + 2 * functions[0] + functions[1] + 5
  }

  package func step<Value: Real>(
    _ cell: RecurrentCell<Value>, gates: UnsafeMutablePointer<Value>, hidden: UnsafeMutablePointer<Value>,
    cellState: UnsafeMutablePointer<Value>
  ) {
    let size = cell.hiddenSize
    let (update, candidate) = (cell.activations[0], cell.activations[1])
    let product = cell.scratch
    cell.multiply(hidden, gates: 3, first: 0, columns: (multipliesBeforeReset ? 3 : 2) * size, into: product)
    for unit in 0..<(2 * size) {
      gates[unit] = update(cell.clipped(gates[unit] + product[unit] + cell.bias[unit]))
    }
    if multipliesBeforeReset {
      for unit in 0..<size {
        let part = product[2 * size + unit] + cell.bias[2 * size + unit]
        gates[2 * size + unit] += gates[size + unit] * part
      }
    } else {
      // The first gate's part of the product is used up: it makes room for the reset state.
      for unit in 0..<size { product[unit] = gates[size + unit] * hidden[unit] }
      cell.multiply(product, gates: 3, first: 2 * size, columns: size, into: product + size)
      for unit in 0..<size { gates[2 * size + unit] += product[size + unit] + cell.bias[2 * size + unit] }
    }
    for unit in 0..<size {
      let value = candidate(cell.clipped(gates[2 * size + unit]))
      hidden[unit] = (1 - gates[unit]) * value + gates[unit] * hidden[unit]
    }
  }
}
