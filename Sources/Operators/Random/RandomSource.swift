internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The numbers that the random operators draw: SplitMix64 (Steele, Lea, Flood 2014), seeded with the bits of the node's
/// `seed`, or with 0 where there is none, so that two runs agree. The standard fixes no generator.
struct RandomSource {
  private var state: UInt64

  init(seed: Float?) { state = UInt64((seed ?? 0).bitPattern) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Evenly spread over [0, 1).
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Normally distributed, by the transform of Box and Muller.
  mutating func normal() -> Double {
    // 1 - u is never 0.
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }
}

/// An operator that fills a tensor with random numbers.
protocol RandomFill: Operator {
  var fill: RandomParameters { get }
  static func draw(_ source: inout RandomSource, _ parameters: RandomParameters) -> Double
}

struct RandomParameters: Sendable {
  /// The type asked for; nil for that of the input.
  var element: ElementType?
  /// The shape asked for; nil for that of the input.
  var extents: [Int]?
  var seed: Float?
  /// Lower end, or mean.
  var first: Double
  /// Upper end, or standard deviation.
  var second: Double

  /// `names` are the attributes of the two parameters, `isLike` tells whether an input gives type and shape.
  init(
    _ attributes: borrowing AttributeReader, names: (String, String), isLike: Bool
  ) throws(OperatorError) {
    element = try attributes.elementType("dtype") ?? (isLike ? nil : .float32)
    if !isLike {
      guard let shape = try attributes.integers("shape") else { throw .missingAttribute("shape") }
      guard shape.allSatisfy({ $0 >= 0 }) else { throw .attributeValue("shape", reason: "a negative extent") }
      extents = shape
    }
    seed = try attributes.float("seed")
    // The defaults of both pairs: 0 to 1, and mean 0 with a deviation of 1.
    first = Double(try attributes.float(names.0, default: 0))
    second = Double(try attributes.float(names.1, default: 1))
  }
}

extension RandomFill {
  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    if let element = fill.element, let extents = fill.extents { return [Fact(element, Shape(extents))] }
    let like = try inputs.tensor(0)
    let element = fill.element ?? like.element
    guard element.isFloatingPoint else { throw .elementType(input: 0, found: element) }
    return [Fact(element, like.shape)]
  }

  /// One operation for each number.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    var source = RandomSource(seed: fill.seed)
    output.store((0..<output.elementCount).map { _ in Self.draw(&source, fill) })
  }
}
