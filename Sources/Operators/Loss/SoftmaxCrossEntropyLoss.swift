internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Minus the logarithm of the softmax of the target class's score, weighted by class; and all those logarithms.
struct SoftmaxCrossEntropyLoss: Operator {
  static let name = "SoftmaxCrossEntropyLoss"
  private let loss: ClassLoss

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { loss = try ClassLoss(attributes) }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [try loss.infer(inputs), Fact(.tensor(try inputs.tensor(0)))]
  }

  /// For each score the largest, a subtraction, an exponential, a sum and a subtraction.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(inputs.first??.tensor, 5)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    loss.reduction == .none ? .same : .whole
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let logarithms = Self.logSoftmax(try input.doubles(input: 0), AxisSpan(input.dimensions, axis: 1))
    output.store(try loss.losses(logarithms, input.dimensions, context))
    if context.wants(1) { try context.output(1, input.element, input.dimensions).store(logarithms) }
  }

  private static func logSoftmax(_ scores: [Double], _ span: AxisSpan) -> [Double] {
    var result = scores
    for lane in 0..<span.outer * span.inner {
      let start = lane / span.inner * span.length * span.inner + lane % span.inner
      let places = (0..<span.length).map { start + $0 * span.inner }
      let largest = places.reduce(-Double.infinity) { max($0, scores[$1]) }
      let logarithm = log(places.reduce(0) { $0 + exp(scores[$1] - largest) })
      for place in places { result[place] = scores[place] - largest - logarithm }
    }
    return result
  }
}
