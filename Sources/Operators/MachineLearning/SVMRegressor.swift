internal import Network

/// A number for each row from a support vector machine, or, of one class, on which side of its surface the row lies.
struct SVMRegressor: Operator {
  static let name = "SVMRegressor"
  static let domain = "ai.onnx.ml"
  let role = Role.matrixLayer
  private let machine: SupportVectors
  private let isOneClass: Bool
  private let transform: PostTransform

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    let count = try attributes.integer("n_supports", default: 0)
    machine = try SupportVectors(attributes, count: count)
    isOneClass = try attributes.flag("one_class")
    transform = try PostTransform(attributes)
    guard count <= 0 || machine.coefficients.count == count else {
      throw .attributeValue("coefficients", reason: "\(machine.coefficients.count) for \(count) vectors")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (rows, features) = try FeatureRows.extents(inputs)
    try LinearScores.check(features, machine.features(machines: 1))
    return [Fact(.float32, [rows, 1])]
  }

  /// A product with each support vector, the kernel of it, and the weighted sum.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let rows = outputs.first?.shape?[0] else { return nil }
    let values = machine.count > 0 ? machine.vectors.count + machine.count : machine.coefficients.count
    return Cost(
      macs: try product(rows, values),
      elementwiseOperations: try product(rows, sum(1, product(machine.count, machine.operationsPerValue))))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    try regress(context) { row in
      var score = Double(machine.offsets[0])
      if machine.count > 0 {
        for (value, weight) in zip(machine.values(row), machine.coefficients) {
          score += value * Double(weight)
        }
      } else {
        score += machine.value(row, machine.coefficients[...])
      }
      return isOneClass ? [score > 0 ? 1 : -1] : transform.regressed([score])
    }
  }
}
