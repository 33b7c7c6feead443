internal import CMicrokernels

/// A function of one variable on fp32 values; how near it comes to the true one stands in `vector_math.h`.
package enum UnaryFunction: Sendable, Hashable {
  case identity, negate, absolute, square, squareRoot, reciprocal, reciprocalSquareRoot
  case floor, ceiling, sign
  /// To the nearest integer, halves to even.
  case round
  case relu
  /// `min(max(x, low), high)`
  case clamp(low: Float, high: Float)
  case leakyRelu(slope: Float)
  case exponential, logarithm, logarithmOfOnePlus
  case sigmoid, hyperbolicTangent, errorFunction
  /// `x (1 + erf(x / sqrt 2)) / 2`
  case gelu
  /// `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`
  case geluTanh
  /// `x sigmoid(scale x)`
  case silu(scale: Float = 1)
  /// `max(0, min(1, alpha x + beta))`
  case hardSigmoid(alpha: Float, beta: Float)
  /// `x max(0, min(1, x / 6 + 1 / 2))`
  case hardSwish
  /// `x < 0 ? alpha (e^x - 1) : x`
  case elu(alpha: Float)
  /// `gamma (x < 0 ? alpha (e^x - 1) : x)`
  case selu(alpha: Float, gamma: Float)
  case softplus, softsign, mish
  case sine, cosine
  /// `scale x + shift`
  case scaleShift(scale: Float, shift: Float)
  case power(Float)
  /// `x > threshold ? x : 0`
  case threshold(Float)

  /// The same function, as the convolutions name it.
  package init(_ activation: FusedActivation) {
    switch activation {
    case .none: self = .identity
    case .clamp(let low, let high): self = .clamp(low: low, high: high)
    case .sigmoid: self = .sigmoid
    case .silu: self = .silu()
    case .hardSigmoid(let alpha, let beta): self = .hardSigmoid(alpha: alpha, beta: beta)
    case .hardSwish: self = .hardSwish
    case .leakyRelu(let alpha): self = .leakyRelu(slope: alpha)
    case .gelu: self = .gelu
    case .tanh: self = .hyperbolicTangent
    }
  }

  /// The microkernel and its two parameters.
  var code: (function: assay_unary, parameters: (Float, Float)) {
    switch self {
    case .identity: (assay_unary_identity, (0, 0))
    case .negate: (assay_unary_negate, (0, 0))
    case .absolute: (assay_unary_absolute, (0, 0))
    case .square: (assay_unary_square, (0, 0))
    case .squareRoot: (assay_unary_square_root, (0, 0))
    case .reciprocal: (assay_unary_reciprocal, (0, 0))
    case .reciprocalSquareRoot: (assay_unary_reciprocal_square_root, (0, 0))
    case .floor: (assay_unary_floor, (0, 0))
    case .ceiling: (assay_unary_ceiling, (0, 0))
    case .sign: (assay_unary_sign, (0, 0))
    case .round: (assay_unary_round, (0, 0))
    case .relu: (assay_unary_relu, (0, 0))
    case .clamp(let low, let high): (assay_unary_clamp, (low, high))
    case .leakyRelu(let slope): (assay_unary_leaky_relu, (slope, 0))
    case .exponential: (assay_unary_exponential, (0, 0))
    case .logarithm: (assay_unary_logarithm, (0, 0))
    case .logarithmOfOnePlus: (assay_unary_logarithm_of_one_plus, (0, 0))
    case .sigmoid: (assay_unary_sigmoid, (0, 0))
    case .hyperbolicTangent: (assay_unary_hyperbolic_tangent, (0, 0))
    case .errorFunction: (assay_unary_error_function, (0, 0))
    case .gelu: (assay_unary_gelu, (0, 0))
    case .geluTanh: (assay_unary_gelu_tanh, (0, 0))
    case .silu(let scale): (assay_unary_silu, (scale, 0))
    case .hardSigmoid(let alpha, let beta): (assay_unary_hard_sigmoid, (alpha, beta))
    case .hardSwish: (assay_unary_hard_swish, (0, 0))
    case .elu(let alpha): (assay_unary_elu, (alpha, 0))
    case .selu(let alpha, let gamma): (assay_unary_selu, (alpha, gamma))
    case .softplus: (assay_unary_softplus, (0, 0))
    case .softsign: (assay_unary_softsign, (0, 0))
    case .mish: (assay_unary_mish, (0, 0))
    case .sine: (assay_unary_sine, (0, 0))
    case .cosine: (assay_unary_cosine, (0, 0))
    case .scaleShift(let scale, let shift): (assay_unary_scale_shift, (scale, shift))
    case .power(let exponent): (assay_unary_power, (exponent, 0))
    case .threshold(let threshold): (assay_unary_threshold, (threshold, 0))
    }
  }

  /// What a kernel does as the last step of a sum: bounds in registers, or a function of what it has just written.
  var epilogue: (low: Float, high: Float, function: assay_unary?) {
    switch self {
    case .identity: (-.infinity, .infinity, nil)
    case .relu: (0, .infinity, nil)
    case .clamp(let low, let high): (low, high, nil)
    default: (-.infinity, .infinity, code.function)
    }
  }
}
