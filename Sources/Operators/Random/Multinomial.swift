internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Classes drawn by the logarithms of their unnormalised probabilities: [batch, classes] to [batch, samples].
struct Multinomial: Operator {
  static let name = "Multinomial"
  private let element: ElementType
  private let samples: Int
  private let seed: Float?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    element = try attributes.elementType("dtype") ?? .int32
    samples = try attributes.integer("sample_size", default: 1)
    seed = try attributes.float("seed")
    guard samples >= 0 else { throw .attributeValue("sample_size", reason: "negative") }
    guard element == .int32 || element == .int64 else {
      throw .attributeValue("dtype", reason: "not int32 or int64")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let shape = try inputs.tensor(0).shape
    if let shape, shape.rank != 2 { throw .rank(input: 0, expected: "2", found: shape.rank) }
    return [Fact(element, [shape?[0] ?? nil, samples])]
  }

  /// An exponential and an addition for each class, a draw for each sample.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let classes = try Cost.elementwise(inputs.first??.tensor, 2),
      let draws = try Cost.elementwise(outputs.first?.tensor)
    else { return nil }
    return Cost(elementwiseOperations: try sum(classes.elementwiseOperations, draws.elementwiseOperations))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let logits = try input.doubles(input: 0)
    let classes = input.dimensions[1]
    guard classes > 0 || output.elementCount == 0 else {
      throw .shape(input: 0, reason: "no classes to draw from")
    }
    var source = RandomSource(seed: seed)
    var drawn: [Int64] = []
    for row in 0..<input.dimensions[0] {
      let own = logits[row * classes..<(row + 1) * classes]
      let largest = own.max() ?? 0
      var total = 0.0
      let cumulated = own.map { logit in
        total += exp(logit - largest)
        return total
      }
      for _ in 0..<samples {
        let mark = source.uniform() * total
        drawn.append(Int64(cumulated.firstIndex { $0 > mark } ?? classes - 1))
      }
    }
    output.store(.signed(drawn), ElementRounding())
  }
}
