#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Where a series of noisy values changes its level.
package struct ChangePoints: Sendable {
  /// The first index of every level but the first, ascending.
  package var starts: [Int]

  /// The division into levels that costs least: the squared distances of the values from their level's mean, in units of the noise,
  /// and `penalty` for every level. All divisions are weighed, in time that grows with the square of the count (Jackson et al. 2005: optimal partitioning).
  ///
  /// - Parameters:
  ///   - minimumLength: values that make a level.
  ///   - penalty: nil for `3 ln n`: above the `2 ln n` of BIC, as the noise is estimated from the same values.
  ///   - noise: its standard deviation; nil to estimate it from the differences of neighbours.
  package init(
    of values: [Double], minimumLength: Int = 2, penalty: Double? = nil, noise: Double? = nil
  ) {
    starts = []
    let count = values.count
    let shortest = max(minimumLength, 1)
    guard count >= 2 * shortest, values.allSatisfy(\.isFinite) else { return }
    let scale = noise ?? Self.noise(of: values)
    // Values that never differ from their neighbour have no noise, and any change of level is one.
    guard scale > 0 else {
      starts = Self.exact(of: values)
      return
    }
    let sums = Sums(Self.withoutSpikes(values, noise: scale).map { ($0 - values[0]) / scale })
    let price = penalty ?? 3 * log(Double(count))
    starts = Self.optimalStarts(sums, count, shortest, price)
  }

  /// Every index whose value is not the one before: for figures without noise.
  package static func exact<Value: Equatable>(of values: [Value]) -> [Int] {
    values.indices.dropFirst().filter { values[$0] != values[$0 - 1] }
  }

  /// The standard deviation of the noise on a piecewise constant series, from the median of the absolute differences of
  /// neighbours, which a few changes of level do not move: for normal noise, that median is 0.6745 x sqrt 2 of it.
  package static func noise(of values: [Double]) -> Double {
    let differences = zip(values, values.dropFirst()).map { abs($1 - $0) }
    return (SortedSample(differences).median ?? 0) / (0.674489750196082 * 2.0.squareRoot())
  }

  /// Single values far from all around them, put where their neighbours are (Hampel's filter, five values wide): squared
  /// distances would make a level of their own of them, and one disturbed run is none.
  private static func withoutSpikes(_ values: [Double], noise: Double) -> [Double] {
    values.indices.map { index in
      let window = values[max(index - 2, 0)...min(index + 2, values.count - 1)]
      guard let median = SortedSample(Array(window)).median, abs(values[index] - median) > 4 * noise else {
        return values[index]
      }
      return median
    }
  }

  private static func optimalStarts(_ sums: Sums, _ count: Int, _ shortest: Int, _ price: Double) -> [Int] {
    // best[end] is the least cost of values 0..<end, last[end] where its last level starts.
    var best = [Double](repeating: .infinity, count: count + 1)
    var last = [Int](repeating: 0, count: count + 1)
    best[0] = -price
    for end in shortest...count {
      for start in 0...end - shortest {
        let cost = best[start] + sums.cost(start, end) + price
        guard cost < best[end] else { continue }
        best[end] = cost
        last[end] = start
      }
    }
    var starts: [Int] = []
    var end = count
    while last[end] > 0 {
      starts.append(last[end])
      end = last[end]
    }
    return starts.reversed()
  }

  /// Sums of the first values and of their squares.
  private struct Sums {
    var values: [Double] = [0]
    var squares: [Double] = [0]

    init(_ series: [Double]) {
      for value in series {
        values.append(values[values.count - 1] + value)
        squares.append(squares[squares.count - 1] + value * value)
      }
    }

    /// The squared distances of `start..<end` from their mean.
    func cost(_ start: Int, _ end: Int) -> Double {
      let sum = values[end] - values[start]
      return max(squares[end] - squares[start] - sum * sum / Double(end - start), 0)
    }
  }
}
