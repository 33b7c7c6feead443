/// The arithmetic mean; nil for an empty sample.
package func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}

/// The sample standard deviation (divisor `n - 1`); nil below two values.
package func standardDeviation(_ values: [Double]) -> Double? {
  guard values.count >= 2, let center = mean(values) else { return nil }
  let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  return (squares / Double(values.count - 1)).squareRoot()
}
