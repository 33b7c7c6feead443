internal import Network

/// The class that most pairwise support vector machines vote for, and scores or probabilities; without support vectors
/// one linear machine for each class.
struct SVMClassifier: Operator {
  static let name = "SVMClassifier"
  static let domain = "ai.onnx.ml"
  let role = Role.matrixLayer
  private let machine: SupportVectors
  private let labels: ClassLabels
  private let vectorsPerClass: [Int]
  private let slopes: [Float]
  private let shifts: [Float]
  private let transform: PostTransform

  private var classes: Int { labels.count }
  private var pairs: Int { classes * (classes - 1) / 2 }
  private var hasProbabilities: Bool { machine.count > 0 && !slopes.isEmpty }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    labels = try ClassLabels(attributes, integers: "classlabels_ints", strings: "classlabels_strings")
    vectorsPerClass = try attributes.integers("vectors_per_class") ?? []
    var count = 0
    for vectors in vectorsPerClass {
      guard vectors >= 0 else { throw .attributeValue("vectors_per_class", reason: "a negative number") }
      count = try sum(count, vectors)
    }
    machine = try SupportVectors(attributes, count: count)
    slopes = try attributes.floats("prob_a") ?? []
    shifts = try attributes.floats("prob_b") ?? []
    transform = try PostTransform(attributes)
    try checkCounts()
  }

  private func checkCounts() throws(OperatorError) {
    let classes = labels.count
    guard classes <= 1 << 16 else { throw .overflow }
    if machine.count == 0 {
      guard machine.coefficients.count % classes == 0 else {
        throw .attributeValue("coefficients", reason: "\(machine.coefficients.count) for \(classes) classes")
      }
      return
    }
    guard vectorsPerClass.count == classes, classes > 1 else {
      throw .attributeValue("vectors_per_class", reason: "\(vectorsPerClass.count) for \(classes) classes")
    }
    guard machine.coefficients.count == (try product(classes - 1, machine.count)) else {
      throw .attributeValue(
        "coefficients", reason: "\(machine.coefficients.count) for \(machine.count) vectors")
    }
    guard machine.offsets.count >= pairs else {
      throw .attributeValue("rho", reason: "\(machine.offsets.count) for \(pairs) pairs of classes")
    }
    guard slopes.isEmpty || (slopes.count == pairs && shifts.count == pairs) else {
      throw .attributeValue("prob_a", reason: "\(slopes.count) for \(pairs) pairs of classes")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (rows, features) = try FeatureRows.extents(inputs)
    try LinearScores.check(features, machine.features(machines: classes))
    let scores = hasProbabilities || machine.count == 0 ? classes : pairs
    return [Fact(labels.element, [rows]), Fact(.float32, [rows, scores == 1 ? 2 : scores])]
  }

  /// A product with each support vector, its kernel, and for each pair of classes the weighted sum over their vectors.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let rows = outputs.first?.shape?[0] else { return nil }
    guard machine.count > 0 else {
      return Cost(
        macs: try product(rows, machine.coefficients.count), elementwiseOperations: try product(rows, classes)
      )
    }
    let products = try sum(machine.vectors.count, machine.coefficients.count)
    let operations = try sum(product(machine.count, machine.operationsPerValue), product(pairs, 2))
    return Cost(macs: try product(rows, products), elementwiseOperations: try product(rows, operations))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run(_ context: KernelContext) throws(OperatorError) {
    try classify(context, as: labels, decide)
  }

  private func decide(_ row: ArraySlice<Double>) -> (pick: Int?, scores: [Double]) {
    guard machine.count > 0 else {
      let scores = linearScores(row)
      let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
      return (best, finished(scores))
    }
    let (votes, scores) = pairScores(row)
    let most = votes.max() ?? 0
    let pick = votes.firstIndex(of: most) ?? 0
    guard hasProbabilities else { return (pick, finished(scores)) }
    let probabilities = PairwiseCoupling.probabilities(of: shares(scores), classes: classes)
    return (pick, transform.apply(probabilities))
  }

  /// A single score stands for two classes.
  private func finished(_ scores: [Double]) -> [Double] {
    guard scores.count == 1 else { return transform.apply(scores) }
    return transform == .none ? [-scores[0], scores[0]] : transform.both(scores[0])
  }

  private func linearScores(_ row: ArraySlice<Double>) -> [Double] {
    let features = row.count
    return (0..<classes).map { index in
      Double(machine.offsets[0])
        + machine.value(row, machine.coefficients[(index * features)..<((index + 1) * features)])
    }
  }

  private func pairScores(_ row: ArraySlice<Double>) -> (votes: [Int], scores: [Double]) {
    let values = machine.values(row)
    var starts = [0]
    for count in vectorsPerClass { starts.append(starts[starts.count - 1] + count) }
    func weighted(_ vectors: Int, of other: Int) -> Double {
      // The coefficients of a class against those behind it come one row earlier: there is none against itself.
      let line = other * machine.count
      var total = 0.0
      for index in starts[vectors]..<(starts[vectors] + vectorsPerClass[vectors]) {
        total += Double(machine.coefficients[line + index]) * values[index]
      }
      return total
    }
    var (votes, scores) = ([Int](repeating: 0, count: classes), [Double]())
    for first in 0..<classes {
      for second in (first + 1)..<max(classes, first + 1) {
        let score =
          Double(machine.offsets[scores.count]) + weighted(first, of: second - 1)
          + weighted(second, of: first)
        votes[score > 0 ? first : second] += 1
        scores.append(score)
      }
    }
    return (votes, scores)
  }

  /// For each pair, how sure the first class is of the two (Platt's sigmoid).
  private func shares(_ scores: [Double]) -> [Double] {
    scores.indices.map { index in
      let value = scores[index] * Double(slopes[index]) + Double(shifts[index])
      return min(max(1 - 1 / (1 + Double.exp(-value)), 1e-7), 1 - 1e-7)
    }
  }
}
