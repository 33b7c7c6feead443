internal import Network

/// How the losses of single places become one number, or stay as they are.
enum LossReduction: String, Sendable {
  case none, sum, mean

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let reduction = Self(rawValue: try attributes.string("reduction", default: "mean")) else {
      throw .attributeValue("reduction", reason: "not none, sum or mean")
    }
    self = reduction
  }
}

/// The loss that a target class and the logarithms of the classes' probabilities make, place by place.
struct ClassLoss: Sendable {
  let reduction: LossReduction
  /// A target that counts nothing.
  let ignored: Int?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    reduction = try LossReduction(attributes)
    ignored = try attributes.integer("ignore_index")
  }

  /// Scores are [N, C, ...], targets [N, ...].
  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> Fact {
    let (scores, targets) = (try inputs.tensor(0), try inputs.tensor(1))
    if let shape = scores.shape {
      guard shape.rank >= 2 else { throw .rank(input: 0, expected: "at least 2", found: shape.rank) }
      if let given = targets.shape?.known, let known = shape.known, given != [known[0]] + known[2...] {
        throw .shape(input: 1, reason: "not one target for each place")
      }
      if let weights = try inputs.has(2) ? inputs.tensor(2).shape?.known : nil, let classes = shape[1],
        weights != [classes]
      {
        throw .shape(input: 2, reason: "not one weight for each class")
      }
    }
    return Fact(scores.element, reduction == .none ? targets.shape : .scalar)
  }

  /// The losses for `logarithms` [N, C, ...].
  func losses(_ logarithms: [Double], _ extents: [Int], _ context: KernelContext) throws(OperatorError)
    -> [Double]
  {
    let targets = try context.integers(1)
    let weights = try context.optionalInput(2)?.doubles(input: 2)
    let span = AxisSpan(extents, axis: 1)
    var losses = [Double](repeating: 0, count: targets.count)
    var total = 0.0
    for (place, target) in targets.enumerated() where target != ignored {
      guard target >= 0, target < span.length else {
        throw .value(input: 1, reason: "class \(target) of \(span.length)")
      }
      let weight = weights?[target] ?? 1
      total += weight
      let (row, column) = (place / span.inner, place % span.inner)
      losses[place] = -weight * logarithms[(row * span.length + target) * span.inner + column]
    }
    switch reduction {
    case .none: return losses
    case .sum: return [losses.reduce(0, +)]
    case .mean: return [losses.reduce(0, +) / total]
    }
  }
}
