package import Checking

/// The figures that smaller values improve, as github-action-benchmark's tool `customSmallerIsBetter` reads them.
package struct GitHubBenchmarkRenderer: Sendable {
  package init() {}

  package func render(_ checks: [NetworkCheck]) -> String {
    let entries = checks.flatMap { check in
      BenchmarkFigures.of(check).filter { $0.figure.worse == .up }.map { entry -> JSONValue in
        [
          "name": .string("\(check.network.name): \(entry.figure.key)"),
          "unit": .string(entry.figure.unit.rawValue), "value": entry.value,
        ]
      }
    }
    return JSONValue.array(entries).text
  }
}
