internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The logarithm of the sum of exponentials, computed around the largest element so that nothing overflows.
struct ReduceLogSumExp: NumericKernel, AxisReduction {
  static let name = "ReduceLogSumExp"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 18)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] { try axes.infer(inputs) }

  package func reducedAxes(_ inputs: InferenceInputs) throws(OperatorError) -> [Int]? {
    try axes.places(inputs)
  }

  /// One exponential and one addition per element of the input.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(inputs.first??.tensor, 2)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? axes.reach(inputs) : .none
  }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let places = try axes.places(rank: input.rank, InferenceInputs(context.facts)) ?? []
    let largest = accumulate(input, over: places, from: -Double.infinity) { (largest, x: Element, _) in
      largest.maximum(x.double)
    }
    // Infinities are no centre to subtract.
    let centers = largest.map { $0.isFinite ? $0 : 0 }
    let sums = accumulate(input, over: places, from: 0.0) { (sum, x: Element, place) in
      sum + exp(x.double - centers[place])
    }
    let target = output.mutableElements(as: Element.self)
    for index in target.indices {
      target[index] = Element(from: log(sums[index]) + centers[index])
    }
  }
}
