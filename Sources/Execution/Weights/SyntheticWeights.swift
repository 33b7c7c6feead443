internal import Network
internal import Operators

/// Values for tensors whose data is not there: seeded by the tensor's name and scaled by fan-in, so that activations stay
/// finite and normal numbers. A timing on zeros or denormals would not be a timing of the network.
///
/// Matrices and filters get mean 0 and variance 2 / fan-in, vectors 0.1 as standard deviation; scales and variances
/// of normalisation are uniform around 1. Integers are small and indices stay in range because they are 0.
struct SyntheticWeights: Sendable {
  /// The operator that reads a tensor, and as which of its inputs.
  struct Role: Sendable, Equatable {
    var operatorName: String
    var position: Int
  }

  /// What each initializer is for, by its place in `graph`, seen through Identity nodes.
  static func roles(in graph: Graph) -> [Role?] {
    var roles: [Role?] = Array(repeating: nil, count: graph.values.count)
    var aliases: [ValueID: ValueID] = [:]
    for node in graph.nodes {
      if node.operatorName == "Identity", let input = node.inputs.first ?? nil,
        let output = node.outputs.first ?? nil
      {
        aliases[output] = aliases[input] ?? input
        continue
      }
      for (position, input) in node.inputs.enumerated() {
        guard let input else { continue }
        let source = aliases[input] ?? input
        if roles[source.index] == nil {
          roles[source.index] = Role(operatorName: node.operatorName, position: position)
        }
      }
    }
    return roles
  }

  /// Makes the values of a tensor named `name`.
  static func make(
    name: String, _ element: ElementType, _ dimensions: [Int], role: Role?
  ) throws(OperatorError) -> DenseTensor {
    let tensor = try DenseTensor(element, dimensions)
    var generator = SplitMix64(seed: hash(name))
    let distribution = Distribution(role, dimensions)
    switch element {
    case .float32:
      for index in tensor.mutableElements(as: Float.self).indices {
        tensor.mutableElements(as: Float.self)[index] = distribution.sample(&generator)
      }
    case .float64:
      let values = tensor.mutableElements(as: Double.self)
      for index in values.indices { values[index] = Double(distribution.sample(&generator)) }
    case .float16, .bfloat16:
      let values = tensor.mutableElements(as: UInt16.self)
      for index in values.indices { values[index] = bits(distribution.sample(&generator), element) }
    case .int8, .uint8:
      let values = tensor.mutableElements(as: UInt8.self)
      for index in values.indices { values[index] = UInt8(truncatingIfNeeded: generator.next() & 0x3F) }
    default: break
    }
    return tensor
  }

  private static func bits(_ value: Float, _ element: ElementType) -> UInt16 {
    if element == .bfloat16 { return UInt16(truncatingIfNeeded: value.bitPattern >> 16) }
    #if arch(x86_64) && os(macOS)
      return 0
    #else
      return Float16(value).bitPattern
    #endif
  }

  /// FNV-1a, 64 bits: the same on every machine and in every process.
  private static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}

/// Where synthetic values come from.
private enum Distribution {
  case uniform(Float, Float)
  case normal(deviation: Float)

  init(_ role: SyntheticWeights.Role?, _ dimensions: [Int]) {
    switch (role?.operatorName, role?.position) {
    case ("BatchNormalization", 1): self = .uniform(0.5, 1)
    case ("BatchNormalization", 4): self = .uniform(0.75, 1.25)
    case ("LayerNormalization", 1), ("InstanceNormalization", 1), ("GroupNormalization", 1),
      ("RMSNormalization", 1):
      self = .uniform(0.5, 1.5)
    default:
      self = .normal(
        deviation: dimensions.count < 2
          ? 0.1 : (2 / Double(max(Self.fanIn(role?.operatorName, dimensions), 1))).squareRoot().asFloat)
    }
  }

  /// How many products an element that the tensor takes part in sums.
  private static func fanIn(_ operatorName: String?, _ dimensions: [Int]) -> Int {
    let count = dimensions.count
    switch operatorName {
    case "Gather", "Gemm": return dimensions[count - 1]
    case "MatMul": return dimensions[count - 2]
    case "ConvTranspose": return dimensions[0] &* dimensions.dropFirst(2).reduce(1, &*)
    default: return dimensions.dropFirst().reduce(1, &*)
    }
  }

  func sample(_ generator: inout SplitMix64) -> Float {
    switch self {
    case .uniform(let low, let high): low + (high - low) * Float(generator.next() >> 40) * 0x1p-24
    case .normal(let deviation): deviation * generator.nextNormal()
    }
  }
}

extension Double {
  fileprivate var asFloat: Float { Float(self) }
}

/// Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
struct SplitMix64: Sendable {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  /// Mean 0, variance 1, close to normal: the sum of four independent 16-bit uniform numbers, whose variance is
  /// 4 / 12 of a unit's.
  mutating func nextNormal() -> Float {
    let bits = next()
    let sum =
      Int32(bits & 0xFFFF) + Int32((bits >> 16) & 0xFFFF) + Int32((bits >> 32) & 0xFFFF) + Int32(bits >> 48)
    return (Float(sum) * 0x1p-16 - 2) * 1.732_050_8
  }
}
