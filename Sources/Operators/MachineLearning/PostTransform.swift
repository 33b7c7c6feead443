/// What a classifier does to its scores last.
enum PostTransform: Int, Sendable {
  case none, softmax, logistic, softmaxZero, probit

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    switch try attributes.string("post_transform", default: "NONE") {
    case "NONE": self = .none
    case "SOFTMAX": self = .softmax
    case "LOGISTIC": self = .logistic
    case "SOFTMAX_ZERO": self = .softmaxZero
    case "PROBIT": self = .probit
    case let other: throw .attributeValue("post_transform", reason: "\(other) is not known")
    }
  }

  /// Scalar operations for one score.
  var operations: Int {
    switch self {
    case .none: 0
    case .softmax, .softmaxZero: 5
    case .logistic: 4
    case .probit: 12
    }
  }

  func apply(_ scores: [Double]) -> [Double] {
    switch self {
    case .none: scores
    case .logistic: scores.map { 1 / (1 + Double.exp(-$0)) }
    case .probit: scores.map(Self.probit)
    case .softmax: Self.shares(scores) { score, greatest in Double.exp(score - greatest) }
    case .softmaxZero:
      Self.shares(scores) { score, greatest in
        // Scores that are zero stand for classes that are not there.
        abs(score) > 1e-7 ? Double.exp(score - greatest) : score * Double.exp(-greatest)
      }
    }
  }

  /// What becomes of a regressor's numbers: of a single one only the inverse of the normal distribution is taken, as
  /// ONNX Runtime does it.
  func regressed(_ scores: [Double]) -> [Double] {
    scores.count == 1 && self != .probit ? scores : apply(scores)
  }

  /// The scores of two classes of which the second's is known and the first's is its opposite.
  func opposed(_ score: Double) -> [Double] {
    self == .logistic ? apply([-score, score]) : [-score, score]
  }

  /// The two scores that a single one stands for, the second being its own.
  func both(_ score: Double) -> [Double] {
    switch self {
    case .none, .softmax, .softmaxZero: [1 - score, score]
    case .logistic: apply([-score, score])
    case .probit: [1 - apply([score])[0], apply([score])[0]]
    }
  }

  private static func shares(_ scores: [Double], _ part: (Double, Double) -> Double) -> [Double] {
    let greatest = scores.max() ?? 0
    let parts = scores.map { part($0, greatest) }
    let total = parts.reduce(0, +)
    return total == 0 ? parts.map { _ in 0.5 } : parts.map { $0 / total }
  }

  /// The inverse of the normal distribution, by Winitzki's approximation of the inverse error function.
  private static func probit(_ score: Double) -> Double {
    let x = 2 * score - 1
    let product = (1 - x) * (1 + x)
    guard product > 0 else { return 0 }
    let logarithm = Double.log(product)
    let first = 2 / (Double.pi * 0.147) + 0.5 * logarithm
    let root = (-first + (first * first - logarithm / 0.147).squareRoot()).squareRoot()
    return 1.41421356 * (x < 0 ? -root : root)
  }
}
