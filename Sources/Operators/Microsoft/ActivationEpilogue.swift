/// The activation that a fused operator of com.microsoft applies to its result.
package enum ActivationEpilogue: Sendable, Equatable {
  case relu, tanh, sigmoid, hardSwish
  case leakyRelu(alpha: Float)
  case clip(minimum: Float, maximum: Float)
  case hardSigmoid(alpha: Float, beta: Float)

  /// nil if the node has none.
  init?(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let name = try attributes.string("activation"), !name.isEmpty else { return nil }
    var parameters = try attributes.floats("activation_params") ?? []
    // FusedGemm names them one by one.
    for name in ["activation_alpha", "activation_beta"] {
      if let value = try attributes.float(name) { parameters.append(value) }
    }
    func parameter(_ index: Int, _ fallback: Float) -> Float {
      index < parameters.count ? parameters[index] : fallback
    }
    switch name {
    case "Relu": self = .relu
    case "Tanh": self = .tanh
    case "Sigmoid": self = .sigmoid
    case "HardSwish": self = .hardSwish
    case "LeakyRelu": self = .leakyRelu(alpha: parameter(0, 0.01))
    case "Clip": self = .clip(minimum: parameter(0, -.infinity), maximum: parameter(1, .infinity))
    case "HardSigmoid": self = .hardSigmoid(alpha: parameter(0, 0.2), beta: parameter(1, 0.5))
    default: throw .attributeValue("activation", reason: "\(name) is not known")
    }
  }

  /// Scalar operations for one element, as the operators of the same names count them.
  var operations: Int {
    switch self {
    case .relu, .tanh: 1
    case .leakyRelu, .clip: 2
    case .sigmoid, .hardSigmoid: 4
    case .hardSwish: 5
    }
  }

  func apply<Value: Real>(to values: UnsafeMutableBufferPointer<Value>) {
    switch self {
    case .relu: Self.map(values) { max($0, 0) }
    case .tanh: Self.map(values) { Value.tanh($0) }
    case .sigmoid: Self.map(values) { 1 / (1 + Value.exp(-$0)) }
    case .hardSwish: Self.map(values) { $0 * max(0, min(1, $0 * (1 / 6) + 0.5)) }
    case .leakyRelu(let alpha): Self.map(values) { $0 < 0 ? Value(alpha) * $0 : $0 }
    case .clip(let low, let high): Self.map(values) { min(max($0, Value(low)), Value(high)) }
    case .hardSigmoid(let alpha, let beta):
      Self.map(values) { max(0, min(1, Value(alpha) * $0 + Value(beta))) }
    }
  }

  @inline(__always)
  private static func map<Value: Real>(
    _ values: UnsafeMutableBufferPointer<Value>, _ function: (Value) -> Value
  ) {
    for index in values.indices { values[index] = function(values[index]) }
  }
}
