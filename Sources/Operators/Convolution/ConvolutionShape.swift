package import Kernels
package import Network

/// What Conv, its integer forms and its fused forms have in common: input `[N, C, spatial...]` and weight
/// `[M, C / groups, kernel...]` give `[N, M, places...]`.
package struct ConvolutionShape: Sendable, Equatable {
  package let window: WindowAttributes
  package let groups: Int

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    window = try WindowAttributes(attributes, needsKernel: false)
    groups = try attributes.integer("group", default: 1)
    guard groups > 0 else { throw .attributeValue("group", reason: "\(groups) is not positive") }
  }

  /// The output's shape; nil if neither input has a known rank. `weightIndex` names the weight in errors.
  package func output(
    _ input: Shape?, _ weight: Shape?, weightIndex: Int = 1
  ) throws(OperatorError) -> Shape? {
    guard let rank = input?.rank ?? weight?.rank else { return nil }
    guard rank >= 2 else { throw .rank(input: 0, expected: "2 or more", found: rank) }
    if let weight, weight.rank != rank {
      throw .rank(input: weightIndex, expected: "\(rank)", found: weight.rank)
    }
    try checkChannels(input, weight, weightIndex)
    let window = try window(rank: rank, weight: weight)
    let spatial = input.map { Array($0.dimensions[2...]) } ?? Array(repeating: nil, count: rank - 2)
    return Shape([input?[0], weight?[0]] + (try window.outputs(input: spatial)))
  }

  private func checkChannels(_ input: Shape?, _ weight: Shape?, _ weightIndex: Int) throws(OperatorError) {
    if let found = input?[1], let perGroup = weight?[1] {
      guard try found == product(perGroup, groups) else {
        throw .shape(input: weightIndex, reason: "\(perGroup) channels in \(groups) groups for \(found)")
      }
    }
    if let filters = weight?[0], filters % groups != 0 {
      throw .shape(input: weightIndex, reason: "\(filters) filters do not divide into \(groups) groups")
    }
  }

  package func window(rank: Int, weight: Shape?) throws(OperatorError) -> Window {
    try window.window(rank: rank - 2, weight: weight.map { Array($0.dimensions.dropFirst(2)) })
  }

  /// `bias` has one element for each of the output's channels.
  package static func checkBias(_ bias: Shape?, index: Int, channels: Dimension?) throws(OperatorError) {
    guard let bias else { return }
    guard bias.rank == 1 else { throw .rank(input: index, expected: "1", found: bias.rank) }
    if let count = bias[0], let channels, let channels, count != channels {
      throw .shape(input: index, reason: "\(count) biases for \(channels) channels")
    }
  }

  /// Output elements x channels per group x kernel elements; nil if an extent is unknown.
  package func macs(weight: Shape?, output: Shape?) throws(OperatorError) -> Int? {
    guard let weight = weight?.known, let count = output?.elementCount else { return nil }
    return try product(count, product(weight[1...]))
  }

  package func reach(_ input: Shape?, _ weight: Shape?) -> Reach {
    guard let input, let window = try? window(rank: input.rank, weight: weight) else { return .unknown }
    return window.reach(input: Array(input.dimensions.dropFirst(2)))
  }

  /// The window laid over known extents, which the shape rule has accepted.
  package func geometry(input: [Int], weight: [Int]) throws(OperatorError) -> WindowGeometry {
    try window(rank: input.count, weight: Shape(weight)).geometry(input: Array(input[2...]))
  }
}
