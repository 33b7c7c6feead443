import Statistics
import Testing

@Suite struct ChangePointTests {
  /// numpy.random.default_rng(5): 30 values about 0, 25 about 3, 40 about 1, all with a deviation of 1. The starts are those of
  /// ruptures 1.1.10, Pelt(model="l2", jump=1).predict(pen), the same for shortest levels of 2, 3 and 5.
  private let levels: [Double] = [
    -0.8, -1.32, -0.25, 0.42, 1.14, 0.11, -0.55, -0.78, 0.75, 1.63, 0.27, -1.23, -0.96, 1.6, 0.2, -1.73,
    -0.08, -1.16, -0.63, -0.49, -0.71, 0.55, -0.06, -0.59, 0.41, 0.83, -1.64, -0.26, -0.98, -0.17, 1.71,
    3.02, 2.96, 2.7, 1.95, 2.6, 1.91, 1.64, 3.22, 1.89, 4.17, 3.72, 1.0, 3.27, 1.9, 3.03, 3.04, 1.01, 2.77,
    2.74, 3.96, 1.82, 3.74, 1.9, 2.67, 0.16, 2.45, 1.57, 3.43, 1.64, 1.84, 1.84, 0.39, 0.93, 2.35, 0.6, 1.19,
    0.98, 1.61, 0.64, 0.85, 1.24, 1.1, 0.14, 1.9, -0.3, -0.2, -0.28, 1.97, 0.64, 0.03, -0.14, 1.42, -0.05,
    -0.27, 1.61, -0.2, 0.68, 0.99, 0.55, 0.95, 2.34, 0.48, -0.26, -0.84,
  ]

  @Test(arguments: [2, 3, 5], [9.107753783201082, 13.661630674801621])
  func `Levels are divided as ruptures divides them`(shortest: Int, penalty: Double) {
    let found = ChangePoints(of: levels, minimumLength: shortest, penalty: penalty, noise: 1)
    #expect(found.starts == [30, 62])
  }

  @Test func `The noise is estimated from neighbours, whatever the levels do`() {
    #expect(abs(ChangePoints.noise(of: levels) - 1) < 0.3)
    #expect(ChangePoints(of: levels).starts == [30, 62])
  }

  @Test func `One disturbed run is no level`() {
    var values = (0..<40).map { Double(($0 * 7) % 11) / 10 }
    values[20] += 6
    #expect(ChangePoints(of: values, minimumLength: 3).starts.isEmpty)
  }

  @Test func `Without noise, every change is one`() {
    #expect(ChangePoints.exact(of: [3, 3, 4, 4, 3]) == [2, 4])
    #expect(ChangePoints(of: [3.0, 3, 3, 3, 4, 4, 4, 4]).starts == [4])
  }

  @Test func `Extreme and short series are borne`() {
    #expect(ChangePoints(of: []).starts.isEmpty)
    #expect(ChangePoints(of: [1, .nan, 2, 3]).starts.isEmpty)
    #expect(ChangePoints(of: [1e308, -1e308, 1e308, -1e308, 0, 1]).starts.count <= 5)
  }
}
