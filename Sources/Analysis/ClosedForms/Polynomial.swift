/// A polynomial in the symbols of a network with exact coefficients. Which symbol is which is the owner's to know.
package struct Polynomial: Sendable, Hashable {
  /// Of the highest degree first; none has the coefficient 0.
  package let terms: [Term]

  package struct Term: Sendable, Hashable {
    package let coefficient: Rational
    /// By symbol.
    package let exponents: [Int]

    package init(coefficient: Rational, exponents: [Int]) {
      self.coefficient = coefficient
      self.exponents = exponents
    }

    fileprivate var degree: Int { exponents.reduce(0, +) }
  }

  package init(_ terms: [Term]) {
    self.terms = terms.filter { $0.coefficient.numerator != 0 }.sorted {
      $0.degree == $1.degree ? $1.exponents.lexicographicallyPrecedes($0.exponents) : $0.degree > $1.degree
    }
  }

  package init(constant: Int, symbols: Int) {
    self.init([
      Term(coefficient: Rational(constant), exponents: Array(repeating: 0, count: symbols))
    ])
  }

  /// The value where it does not depend on any symbol.
  var constant: Int? {
    if terms.isEmpty { return 0 }
    guard terms.count == 1, terms[0].degree == 0, terms[0].coefficient.denominator == 1 else { return nil }
    return terms[0].coefficient.numerator
  }

  /// The value with `extents` in place of the symbols; nil where it is no whole number or more than an `Int` holds.
  package func value(at extents: [Int]) -> Int? {
    var denominator = 1
    for term in terms {
      guard let common = Rational.leastCommonMultiple(denominator, term.coefficient.denominator) else {
        return nil
      }
      denominator = common
    }
    var sum: Int128 = 0
    for term in terms {
      var product = Int128(term.coefficient.numerator)
      var factors = [denominator / term.coefficient.denominator]
      for (extent, exponent) in zip(extents, term.exponents) {
        factors += Array(repeating: extent, count: exponent)
      }
      for factor in factors {
        let (next, overflow) = product.multipliedReportingOverflow(by: Int128(factor))
        if overflow { return nil }
        product = next
      }
      let (next, overflow) = sum.addingReportingOverflow(product)
      if overflow { return nil }
      sum = next
    }
    guard sum % Int128(denominator) == 0 else { return nil }
    return Int(exactly: sum / Int128(denominator))
  }
}

/// A fraction in its lowest terms, its denominator positive.
package struct Rational: Sendable, Hashable {
  package let numerator: Int
  package let denominator: Int

  package init(_ value: Int) {
    numerator = value
    denominator = 1
  }

  /// nil where the lowest terms are more than an `Int` holds.
  init?(_ numerator: Int128, over denominator: Int128) {
    guard denominator > 0 else { return nil }
    let divisor = Int128(Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude))
    guard let top = Int(exactly: numerator / divisor), let bottom = Int(exactly: denominator / divisor) else {
      return nil
    }
    self.numerator = top
    self.denominator = bottom
  }

  private static func greatestCommonDivisor(_ first: UInt128, _ second: UInt128) -> UInt128 {
    var (first, second) = (first, second)
    while second != 0 { (first, second) = (second, first % second) }
    return first
  }

  /// nil where it is more than an `Int` holds.
  static func leastCommonMultiple(_ first: Int, _ second: Int) -> Int? {
    let divisor = Int(greatestCommonDivisor(UInt128(first.magnitude), UInt128(second.magnitude)))
    let (product, overflow) = (first / divisor).multipliedReportingOverflow(by: second)
    return overflow ? nil : product
  }
}
