/// Polynomials through values on a grid: symbol i takes `starts[i] + steps[i] t` for t from 0 to `degrees[i]`.
///
/// Newton's forward differences: with differences d of order k, the value at t is the sum over k of d[k] · C(t, k). They are
/// integers, so nothing is rounded, and what follows from them is exact.
struct Interpolation {
  let starts: [Int]
  let steps: [Int]
  let degrees: [Int]
  /// By symbol and order k: C((x - start) / step, k) as numerators of powers of x, over `scales` of the symbol.
  private let bases: [[[Int128]]]
  private let scales: [Int128]

  /// nil where numbers grow beyond 128 bits.
  init?(starts: [Int], steps: [Int], degrees: [Int]) {
    self.starts = starts
    self.steps = steps
    self.degrees = degrees
    var bases: [[[Int128]]] = []
    var scales: [Int128] = []
    for ((start, step), degree) in zip(zip(starts, steps), degrees) {
      guard let (basis, scale) = Self.basis(start: start, step: step, degree: degree) else { return nil }
      bases.append(basis)
      scales.append(scale)
    }
    self.bases = bases
    self.scales = scales
  }

  /// The bindings of the grid, the last symbol running fastest.
  var points: [[Int]] {
    var points: [[Int]] = [[]]
    for ((start, step), degree) in zip(zip(starts, steps), degrees) {
      points = points.flatMap { point in (0...degree).map { point + [start + step * $0] } }
    }
    return points
  }

  /// Differences by order of each symbol, in the order of `points`; nil where they are more than an `Int` holds.
  func differences(_ values: [Int]) -> [Int]? {
    var result = values
    var stride = values.count
    for degree in degrees {
      let count = degree + 1
      stride /= count
      for first in result.indices where first / stride % count == 0 {
        guard Self.difference(&result, from: first, stride: stride, count: count) else { return nil }
      }
    }
    return result
  }

  private static func difference(_ values: inout [Int], from first: Int, stride: Int, count: Int) -> Bool {
    for order in stride == 0 ? 0..<0 : 1..<max(count, 1) {
      for place in Swift.stride(from: count - 1, through: order, by: -1) {
        let (difference, overflow) = values[first + place * stride]
          .subtractingReportingOverflow(values[first + (place - 1) * stride])
        if overflow { return false }
        values[first + place * stride] = difference
      }
    }
    return true
  }

  /// The polynomial with these differences; nil where its coefficients are more than an `Int` holds.
  func polynomial(_ differences: [Int]) -> Polynomial? {
    var coefficients = [Int128](repeating: 0, count: differences.count)
    for (index, difference) in differences.enumerated() where difference != 0 {
      guard add(Int128(difference), times: orders(at: index), to: &coefficients) else { return nil }
    }
    var scale: Int128 = 1
    for factor in scales { scale *= factor }
    var terms: [Polynomial.Term] = []
    for (index, coefficient) in coefficients.enumerated() where coefficient != 0 {
      guard let rational = Rational(coefficient, over: scale) else { return nil }
      terms.append(Polynomial.Term(coefficient: rational, exponents: orders(at: index)))
    }
    return Polynomial(terms)
  }

  /// The order of each symbol at a place of the grid.
  private func orders(at index: Int) -> [Int] {
    var rest = index
    var orders: [Int] = []
    for degree in degrees.reversed() {
      orders.append(rest % (degree + 1))
      rest /= degree + 1
    }
    return orders.reversed()
  }

  /// Adds `factor` times the product of the symbols' basis polynomials of these orders.
  private func add(_ factor: Int128, times orders: [Int], to coefficients: inout [Int128]) -> Bool {
    var partial: [(place: Int, value: Int128)] = [(0, factor)]
    for (symbol, order) in orders.enumerated() {
      var next: [(place: Int, value: Int128)] = []
      for (place, value) in partial {
        for (power, coefficient) in bases[symbol][order].enumerated() where coefficient != 0 {
          let (product, overflow) = value.multipliedReportingOverflow(by: coefficient)
          if overflow { return false }
          next.append((place * (degrees[symbol] + 1) + power, product))
        }
      }
      partial = next
    }
    for (place, value) in partial {
      let (sum, overflow) = coefficients[place].addingReportingOverflow(value)
      if overflow { return false }
      coefficients[place] = sum
    }
    return true
  }

  /// C((x - start) / step, k) for k up to `degree`, all over the same `degree`! · step^degree.
  private static func basis(start: Int, step: Int, degree: Int) -> (basis: [[Int128]], scale: Int128)? {
    // Degrees, starts and steps are this module's own choice, and small; only what they are multiplied with is not.
    guard degree <= 8, start.magnitude < 1 << 12, step > 0, step < 1 << 10 else { return nil }
    var falling: [[Int128]] = [[1]]
    for order in 0..<degree {
      // (x - start - order · step), times what is there
      let root = Int128(start + order * step)
      var next = [Int128](repeating: 0, count: order + 2)
      for (power, coefficient) in falling[order].enumerated() {
        next[power + 1] += coefficient
        next[power] -= coefficient * root
      }
      falling.append(next)
    }
    var scale: Int128 = 1
    for order in 0..<degree { scale *= Int128(order + 1) * Int128(step) }
    var divisor: Int128 = 1
    var basis: [[Int128]] = []
    for order in 0...degree {
      if order > 0 { divisor *= Int128(order) * Int128(step) }
      basis.append(falling[order].map { $0 * (scale / divisor) })
    }
    return (basis, scale)
  }
}
