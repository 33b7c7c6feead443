/// Gradient descent with momentum, plain or after Nesterov.
struct Momentum: Optimizer {
  static let name = "Momentum"
  static let stateCount = 1
  private let alpha: Float
  private let beta: Float
  private let regularization: Float
  private let isNesterov: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    func required(_ name: String) throws(OperatorError) -> Float {
      guard let value = try attributes.float(name) else { throw .missingAttribute(name) }
      return value
    }
    (alpha, beta) = (try required("alpha"), try required("beta"))
    regularization = try required("norm_coefficient")
    switch try attributes.string("mode") {
    case "standard"?: isNesterov = false
    case "nesterov"?: isNesterov = true
    case let other?: throw .attributeValue("mode", reason: "\(other) is neither standard nor nesterov")
    case nil: throw .missingAttribute("mode")
    }
  }

  var operationsPerElement: Int { isNesterov ? 9 : 7 }

  func step<Value: Real>(
    rate: Value, updates: Int, gradient: UnsafeBufferPointer<Value>, _ x: UnsafeMutableBufferPointer<Value>,
    _ states: [UnsafeMutableBufferPointer<Value>]
  ) {
    let momentum = states[0]
    let beta = updates > 0 ? Value(beta) : 1
    for index in x.indices {
      let slope = Value(regularization) * x[index] + gradient[index]
      momentum[index] = Value(alpha) * momentum[index] + beta * slope
      x[index] -= rate * (isNesterov ? slope + Value(alpha) * momentum[index] : momentum[index])
    }
  }
}
