internal import Network

/// What is known of values that a loop's body takes and gives back, round after round.
enum CarriedFacts {
  /// Infers `body` until the types of its first values no longer change: each round can only lose extents, so a few
  /// are enough. `infer` gets facts of the carried values and answers the body's outputs; the carried ones start at
  /// `offset` among them.
  static func settle(
    _ initial: [Fact], offset: Int, _ infer: ([Fact]) throws(OperatorError) -> [Fact]
  ) throws(OperatorError) -> (carried: [Fact], outputs: [Fact]) {
    // Content changes from round to round.
    var carried = initial.map { Fact($0.type) }
    while true {
      let outputs = try infer(carried)
      guard outputs.count >= offset + carried.count else {
        throw .attributeValue("body", reason: "fewer outputs than carried values")
      }
      var next: [Fact] = []
      for (index, fact) in carried.enumerated() {
        guard let type = fact.type.merged(with: outputs[offset + index].type) else {
          throw .attributeValue("body", reason: "a carried value changes its type")
        }
        next.append(Fact(type))
      }
      if next.map(\.type) == carried.map(\.type) { return (carried, outputs) }
      carried = next
    }
  }
}
