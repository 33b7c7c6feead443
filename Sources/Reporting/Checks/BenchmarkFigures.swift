internal import Checking

/// The figures that trackers keep: those that are guarded, measured or limited, where they are one known number.
enum BenchmarkFigures {
  static func of(_ check: NetworkCheck) -> [(figure: NetworkFigure, value: JSONValue)] {
    let limited = Set(check.judgements.filter { $0.layer == nil }.map(\.figure))
    return NetworkFigures.all.compactMap { figure in
      guard figure.isGuarded || figure.isMeasured || limited.contains(figure.key) else { return nil }
      switch check.network.figures[figure.key] {
      case .integer(let value): return (figure, .integer(value))
      case .number(let value): return (figure, .number(value))
      default: return nil
      }
    }
  }
}
