internal import Kernels

/// Long short-term memory, gates in the order input, output, forget, cell: `C' = f C + i g`, `H' = o h(C')`.
///
/// Peepholes let the gates see the cell state. Input and forget gate may be coupled: `f = 1 - i`.
package struct LSTM: RecurrentOperator {
  package static let name = "LSTM"
  package static let gates = 4
  package static let hasCellState = true
  package let recurrence: RecurrentAttributes
  package let couplesForget: Bool
  /// Whether the hidden state is rounded to 8 bits, over its own range, before it is multiplied.
  var roundsState = false

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    recurrence = try RecurrentAttributes(attributes, defaults: [.sigmoid, .tanh, .tanh])
    couplesForget = try attributes.flag("input_forget")
  }

  /// The gates' sums, biases, peepholes and activations, three for the cell state and one for the output.
  package func operationsPerUnit(direction: Int, hasBias: Bool, hasPeepholes: Bool) -> Int {
    let functions = activations(direction).map(\.operations)
    let gateFunctions = (couplesForget ? 2 : 3) * functions[0] + (couplesForget ? 1 : 0)
    return 4 + (hasBias ? 8 : 0) + (hasPeepholes ? 6 : 0) + gateFunctions + functions[1] + functions[2] + 4
  }

  package func step<Value: Real>(
    _ cell: RecurrentCell<Value>, gates: UnsafeMutablePointer<Value>, hidden: UnsafeMutablePointer<Value>,
    cellState: UnsafeMutablePointer<Value>
  ) {
    let size = cell.hiddenSize
    if roundsState { ByteRange.round(UnsafeMutableBufferPointer(start: hidden, count: size)) }
    cell.multiply(hidden, gates: 4, first: 0, columns: 4 * size, into: cell.scratch)
    for index in 0..<(4 * size) { gates[index] += cell.scratch[index] + cell.bias[index] }
    let (gate, candidate, result) = (cell.activations[0], cell.activations[1], cell.activations[2])
    for unit in 0..<size {
      let old = cellState[unit]
      let input = gate(cell.clipped(gates[unit] + cell.peepholes[unit] * old))
      let forget =
        couplesForget
        ? 1 - input : gate(cell.clipped(gates[2 * size + unit] + cell.peepholes[2 * size + unit] * old))
      let new = forget * old + input * candidate(cell.clipped(gates[3 * size + unit]))
      let output = gate(cell.clipped(gates[size + unit] + cell.peepholes[size + unit] * new))
      cellState[unit] = new
      hidden[unit] = output * result(new)
    }
  }
}
