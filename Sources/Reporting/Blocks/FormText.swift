internal import Analysis

/// Closed forms in writing.
struct FormText {
  enum Style {
    /// `18,432 N S² + 85,017,600 N S`
    case display
    /// `18432*N*S^2 + 85017600*N*S`, as computer algebra reads it.
    case plain
  }

  let symbols: [String]
  let style: Style

  func text(of expression: ClosedForms.Expression) -> String {
    switch expression {
    case .polynomial(let polynomial): return text(of: polynomial)
    case .maximum(let polynomials):
      return "max(\(polynomials.map { text(of: $0) }.joined(separator: ", ")))"
    case .sum(let polynomial, let minima):
      let parts = minima.map { minimum in
        let smaller = "min(\(number(minimum.bound)), \(text(of: minimum.polynomial)))"
        return minimum.count == 1 ? smaller : number(minimum.count) + multiplication + smaller
      }
      return ([text(of: polynomial)] + parts).joined(separator: " + ")
    }
  }

  func text(of polynomial: Polynomial) -> String {
    var text = ""
    for term in polynomial.terms {
      let isNegative = term.coefficient.numerator < 0
      if text.isEmpty { text = isNegative ? "-" : "" } else { text += isNegative ? " - " : " + " }
      text += self.text(of: term)
    }
    return text.isEmpty ? "0" : text
  }

  /// Without its sign.
  private func text(of term: Polynomial.Term) -> String {
    var factors = zip(symbols, term.exponents).filter { $0.1 > 0 }.map { power($0.0, $0.1) }
    let coefficient = number(term.coefficient)
    if factors.isEmpty || coefficient != "1" { factors.insert(coefficient, at: 0) }
    return factors.joined(separator: multiplication)
  }

  private var multiplication: String { style == .display ? " " : "*" }

  private func power(_ symbol: String, _ exponent: Int) -> String {
    let isWord = symbol.allSatisfy { $0.isLetter || $0.isNumber || "_.[]".contains($0) }
    let base = isWord ? symbol : "(\(symbol))"
    if exponent == 1 { return base }
    guard style == .display else { return "\(base)^\(exponent)" }
    let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return base + String(String(exponent).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }

  private func number(_ value: Rational) -> String {
    let numerator = number(value.numerator).drop { $0 == "-" }
    return value.denominator == 1 ? String(numerator) : "(\(numerator)/\(number(value.denominator)))"
  }

  private func number(_ value: Int) -> String { style == .display ? Numbers.grouped(value) : "\(value)" }
}
