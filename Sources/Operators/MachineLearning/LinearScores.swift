internal import Network

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
