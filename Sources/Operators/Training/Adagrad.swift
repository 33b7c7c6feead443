/// Gradient descent at a rate that the squared gradients so far make smaller, for each element (Duchi, Hazan, Singer 2011).
struct Adagrad: Optimizer {
  static let name = "Adagrad"
  static let stateCount = 1
  let operationsPerElement = 9
  private let decay: Float
  private let epsilon: Float
  private let regularization: Float

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    decay = try attributes.float("decay_factor", default: 0)
    epsilon = try attributes.float("epsilon", default: 1e-6)
    regularization = try attributes.float("norm_coefficient", default: 0)
  }

  func step<Value: Real>(
    rate: Value, updates: Int, gradient: UnsafeBufferPointer<Value>, _ x: UnsafeMutableBufferPointer<Value>,
    _ states: [UnsafeMutableBufferPointer<Value>]
  ) {
    let squares = states[0]
    let rate = rate / (1 + Value(updates) * Value(decay))
    for index in x.indices {
      let slope = Value(regularization) * x[index] + gradient[index]
      squares[index] += slope * slope
      x[index] -= rate * slope / (squares[index].squareRoot() + Value(epsilon))
    }
  }
}
