#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The distribution of Mann and Whitney's U for two samples of `first` and `second` values from one continuous distribution: of
/// all pairs, in how many the value of the first sample is the larger.
///
/// Exact up to 2,500 pairs (Mann and Whitney 1947, the recurrence over the largest value), normal beyond.
package struct MannWhitneyDistribution: Sendable {
  package let first: Int
  package let second: Int
  /// P(U <= u) for u from 0 to `pairs`; empty where the normal approximation serves.
  private let cumulative: [Double]

  private static let largestExact = 2500

  package init(first: Int, second: Int) {
    self.first = max(first, 0)
    self.second = max(second, 0)
    cumulative =
      self.first > 0 && self.second > 0 && self.first <= Self.largestExact / self.second
      ? Self.cumulative(self.first, self.second) : []
  }

  package var pairs: Int { first * second }

  /// P(U <= u).
  package func probability(atMost u: Int) -> Double {
    if u < 0 { return 0 }
    if u >= pairs { return 1 }
    if u < cumulative.count { return cumulative[u] }
    let product = Double(first) * Double(second)
    let deviation = (product * Double(first + second + 1) / 12).squareRoot()
    return normalProbability(below: (Double(u) + 0.5 - product / 2) / deviation)
  }

  /// The largest u with P(U <= u) <= `probability`; nil if even U = 0 is likelier.
  package func quantile(_ probability: Double) -> Int? {
    var low = -1
    var high = pairs
    while low + 1 < high {
      let middle = low + (high - low) / 2
      if self.probability(atMost: middle) <= probability { low = middle } else { high = middle }
    }
    return low >= 0 ? low : nil
  }

  /// Counts the arrangements of each U as the coefficients of the Gaussian binomial
  /// `prod (1 - q^(m + i)) / (1 - q^i)`, as fractions of all of them.
  private static func cumulative(_ first: Int, _ second: Int) -> [Double] {
    var coefficients = [Double](repeating: 0, count: first * second + 1)
    coefficients[0] = 1
    for i in 1...second {
      let factor = first + i
      if factor < coefficients.count {
        for u in stride(from: coefficients.count - 1, through: factor, by: -1) {
          coefficients[u] -= coefficients[u - factor]
        }
      }
      if i < coefficients.count {
        for u in i..<coefficients.count { coefficients[u] += coefficients[u - i] }
      }
      // The whole stays a probability, so that no size overflows.
      let share = Double(i) / Double(factor)
      for u in coefficients.indices { coefficients[u] *= share }
    }
    var sum = 0.0
    return coefficients.map { value in
      sum += max(value, 0)
      return min(sum, 1)
    }
  }
}

/// The standard normal distribution function.
package func normalProbability(below z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }
