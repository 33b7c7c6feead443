import Analysis
import Testing

@Suite struct PolynomialTests {
  private func term(_ numerator: Int, _ exponents: [Int]) -> Polynomial.Term {
    Polynomial.Term(coefficient: Rational(numerator), exponents: exponents)
  }

  /// 3 x² y - 2 y + 7 at (5, 11), by hand: 3 · 25 · 11 - 22 + 7.
  @Test func isEvaluatedExactly() {
    let polynomial = Polynomial([term(7, [0, 0]), term(-2, [0, 1]), term(3, [2, 1]), term(0, [3, 3])])
    #expect(polynomial.terms.map(\.exponents) == [[2, 1], [0, 1], [0, 0]])
    #expect(polynomial.value(at: [5, 11]) == 810)
  }

  /// A value beyond 64 bits is none, not a wrong one.
  @Test func doesNotOverflow() {
    let polynomial = Polynomial([term(1 << 40, [2])])
    #expect(polynomial.value(at: [1 << 10]) == 1 << 60)
    #expect(polynomial.value(at: [1 << 12]) == nil)
    #expect(polynomial.value(at: [1 << 60]) == nil)
  }
}
