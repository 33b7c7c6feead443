/// Gradient descent by averages of gradients and of their squares (Kingma, Ba 2014).
struct Adam: Optimizer {
  static let name = "Adam"
  static let stateCount = 2
  let operationsPerElement = 15
  private let alpha: Float
  private let beta: Float
  private let epsilon: Float
  private let regularization: Float
  private let regularizationAfter: Float

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 0.9)
    beta = try attributes.float("beta", default: 0.999)
    epsilon = try attributes.float("epsilon", default: 1e-6)
    regularization = try attributes.float("norm_coefficient", default: 0)
    regularizationAfter = try attributes.float("norm_coefficient_post", default: 0)
  }

  func step<Value: Real>(
    rate: Value, updates: Int, gradient: UnsafeBufferPointer<Value>, _ x: UnsafeMutableBufferPointer<Value>,
    _ states: [UnsafeMutableBufferPointer<Value>]
  ) {
    let (means, squares) = (states[0], states[1])
    let (alpha, beta) = (Value(alpha), Value(beta))
    var rate = rate
    if updates > 0 {
      let count = Value(updates)
      rate *= (1 - Value.pow(beta, count)).squareRoot() / (1 - Value.pow(alpha, count))
    }
    for index in x.indices {
      let slope = Value(regularization) * x[index] + gradient[index]
      means[index] = alpha * means[index] + (1 - alpha) * slope
      squares[index] = beta * squares[index] + (1 - beta) * slope * slope
      x[index] -= rate * means[index] / (squares[index].squareRoot() + Value(epsilon))
      x[index] *= 1 - Value(regularizationAfter)
    }
  }
}
