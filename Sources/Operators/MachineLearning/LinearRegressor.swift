internal import Network

/// `x * coefficients^T + intercepts`, the coefficients being `[targets, features]`.
struct LinearRegressor: Operator {
  static let name = "LinearRegressor"
  static let domain = "ai.onnx.ml"
  let role = Role.matrixLayer
  private let coefficients: [Float]
  private let intercepts: [Float]
  private let targets: Int
  private let transform: PostTransform

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    coefficients = try attributes.floats("coefficients") ?? []
    intercepts = try attributes.floats("intercepts") ?? []
    targets = try attributes.integer("targets", default: 1)
    transform = try PostTransform(attributes)
    guard targets > 0, !coefficients.isEmpty, coefficients.count % targets == 0 else {
      throw .attributeValue("coefficients", reason: "\(coefficients.count) for \(targets) targets")
    }
    guard intercepts.isEmpty || intercepts.count == targets else {
      throw .attributeValue("intercepts", reason: "\(intercepts.count) for \(targets) targets")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (rows, features) = try FeatureRows.extents(inputs)
    try LinearScores.check(features, coefficients.count / targets)
    return [Fact(.float32, [rows, targets])]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let count = outputs.first?.shape?.elementCount else { return nil }
    let perScore = (intercepts.isEmpty ? 0 : 1) + transform.operations
    return Cost(
      macs: try product(count, coefficients.count / targets),
      elementwiseOperations: try product(count, perScore))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    let input = try FeatureRows(context)
    var results: [Double] = []
    for row in 0..<input.rows {
      results += transform.regressed(
        LinearScores.scores(input.row(row), coefficients, intercepts, targets))
    }
    output.store(results)
  }
}

/// Products of a row of features with rows of coefficients.
enum LinearScores {
  static func scores(
    _ row: ArraySlice<Double>, _ coefficients: [Float], _ intercepts: [Float], _ targets: Int
  ) -> [Double] {
    let features = row.count
    return (0..<targets).map { target in
      var total = intercepts.isEmpty ? 0 : Double(intercepts[target])
      for (index, value) in row.enumerated() {
        total += Double(coefficients[target * features + index]) * value
      }
      return total
    }
  }

  static func check(_ features: Dimension, _ expected: Int) throws(OperatorError) {
    if let features, features != expected {
      throw .shape(input: 0, reason: "\(features) features for \(expected) coefficients")
    }
  }
}
