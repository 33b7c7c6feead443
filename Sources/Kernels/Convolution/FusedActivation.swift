import CMicrokernels

/// What a kernel does to each value as its last step.
package enum FusedActivation: Sendable, Equatable {
  case none
  /// `min(max(x, low), high)`: ReLU is `clamp(0, .infinity)`, ReLU6 `clamp(0, 6)`.
  case clamp(Float, Float)
  case sigmoid
  /// `x * sigmoid(x)`
  case silu
  /// `max(0, min(1, alpha x + beta))`
  case hardSigmoid(alpha: Float, beta: Float)
  /// `x * max(0, min(1, x / 6 + 1 / 2))`
  case hardSwish
  case leakyRelu(alpha: Float)
  /// `x (1 + erf(x / sqrt 2)) / 2`
  case gelu
  case tanh

  package static let relu = FusedActivation.clamp(0, .infinity)

  /// The bounds that the microkernels apply in registers.
  var bounds: (low: Float, high: Float) {
    if case .clamp(let low, let high) = self { (low, high) } else { (-.infinity, .infinity) }
  }

  /// The function applied to what a tile has just written, and its two numbers.
  var function: (code: assay_activation, alpha: Float, beta: Float) {
    switch self {
    case .none, .clamp: (assay_activation_none, 0, 0)
    case .sigmoid: (assay_activation_sigmoid, 0, 0)
    case .silu: (assay_activation_silu, 0, 0)
    case .hardSigmoid(let alpha, let beta): (assay_activation_hard_sigmoid, alpha, beta)
    case .hardSwish: (assay_activation_hard_swish, 1 / 6, 0.5)
    case .leakyRelu(let alpha): (assay_activation_leaky_relu, alpha, 0)
    case .gelu: (assay_activation_gelu, 0, 0)
    case .tanh: (assay_activation_tanh, 0, 0)
    }
  }
}
