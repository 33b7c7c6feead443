package import Checking

/// The figures in Bencher Metric Format: a benchmark for each network, a measure for each figure.
package struct BencherRenderer: Sendable {
  package init() {}

  package func render(_ checks: [NetworkCheck]) -> String {
    let benchmarks = checks.map { check in
      JSONValue.Member(
        check.network.name,
        .object(BenchmarkFigures.of(check).map { .init($0.figure.key, ["value": $0.value]) }))
    }
    return JSONValue.object(benchmarks).text
  }
}
