internal import Network

/// Rows of features: `[rows, features]`, or one row if there is only one axis.
struct FeatureRows {
  let values: [Double]
  let rows: Int
  let features: Int

  init(_ context: KernelContext) throws(OperatorError) {
    let tensor = try context.input(0)
    guard let (rows, features) = Self.extents(Shape(tensor.dimensions)), let rows, let features else {
      throw .rank(input: 0, expected: "1 or 2", found: tensor.rank)
    }
    (self.rows, self.features) = (rows, features)
    values = try tensor.doubles(input: 0)
  }

  /// nil for tensors of other ranks.
  static func extents(_ shape: Shape) -> (rows: Dimension, features: Dimension)? {
    switch shape.rank {
    case 1: (1, shape[0])
    case 2: (shape[0], shape[1])
    default: nil
    }
  }

  static let elementTypes: [ElementType] = [.float32, .float64, .int64, .int32]

  /// The extents as a shape rule knows them; unknown where the rank is.
  static func extents(
    _ inputs: InferenceInputs, of types: [ElementType] = elementTypes
  ) throws(OperatorError) -> (rows: Dimension, features: Dimension) {
    guard let shape = try inputs.tensor(0, of: types).shape else { return (nil, nil) }
    guard let extents = Self.extents(shape) else {
      throw .rank(input: 0, expected: "1 or 2", found: shape.rank)
    }
    return extents
  }

  func row(_ index: Int) -> ArraySlice<Double> { values[(index * features)..<((index + 1) * features)] }
}

extension Operator {
  /// Writes the numbers that `scores` gives for each row: the output of a regressor.
  func regress(
    _ context: KernelContext, _ scores: (ArraySlice<Double>) -> [Double]
  ) throws(OperatorError) {
    let output = try makeOutput(context)
    let input = try FeatureRows(context)
    output.store((0..<input.rows).flatMap { scores(input.row($0)) })
  }

  /// Writes the class that `decide` picks for each row, and its scores: the outputs of a classifier.
  func classify(
    _ context: KernelContext, as labels: ClassLabels,
    _ decide: (ArraySlice<Double>) -> (pick: Int?, scores: [Double])
  ) throws(OperatorError) {
    // Checks the number of features, on which `decide` relies.
    _ = try infer(InferenceInputs(context.facts))
    let input = try FeatureRows(context)
    var (picks, results): ([Int?], [Double]) = ([], [])
    for row in 0..<input.rows {
      let (pick, scores) = decide(input.row(row))
      picks.append(pick)
      results += scores
    }
    try labels.list.write(picks, [input.rows], context)
    if context.wants(1) { try makeOutput(context, 1).store(results) }
  }
}
