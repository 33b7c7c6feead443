internal import Analysis

extension JSONRenderer {
  func closedForms(_ closed: ClosedForms, layers: [Layer]) -> JSONValue {
    let writer = FormText(symbols: closed.symbols.map(\.symbol), style: .plain)
    return [
      "symbols": .array(
        closed.symbols.map {
          ["symbol": .string($0.symbol), "beyond": .optional($0.obstacle?.message)]
        }),
      "held": .array(
        closed.held.map {
          [
            "symbol": .string($0.symbol), "value": .integer($0.value), "option": .string($0.option),
            "reason": .string($0.sentence.plain),
          ]
        }),
      "obstacle": .optional(closed.obstacle?.message),
      "checkedBindings": .integer(closed.checkedBindings),
      "figures": .array(closed.forms.map { figure($0, closed, writer) }),
      "layers": .array(
        zip(layers, closed.layers).map { layer, forms in
          [
            "name": .string(layer.name),
            "macs": expression(forms.macs.map { .polynomial($0) }, writer),
            "bytesMoved": expression(forms.bytesMoved, writer),
            "activationBytes": expression(forms.activationBytes.map { .polynomial($0) }, writer),
          ]
        }),
    ]
  }

  private func figure(_ form: ClosedForms.Form, _ closed: ClosedForms, _ writer: FormText) -> JSONValue {
    [
      "figure": .string(form.figure.rawValue), "form": expression(form.expression, writer),
      "lowerBound": .boolean(form.isLowerBound), "obstacle": .optional(form.obstacle),
      "domain": .array(
        zip(closed.symbols, form.from).map { domain, from in
          [
            "symbol": .string(domain.symbol), "from": .integer(from), "through": .optional(domain.through),
            "step": .integer(domain.step),
          ]
        }),
    ]
  }

  /// `value = sum of terms + sum of count * min(bound, sum of its terms)`, or the largest of several sums of terms.
  private func expression(_ expression: ClosedForms.Expression?, _ writer: FormText) -> JSONValue {
    guard let expression else { return .null }
    let text = JSONValue.string(writer.text(of: expression))
    switch expression {
    case .polynomial(let polynomial): return ["expression": text, "terms": terms(polynomial, writer)]
    case .maximum(let polynomials):
      return ["expression": text, "maximumOf": .array(polynomials.map { terms($0, writer) })]
    case .sum(let polynomial, let minima):
      return [
        "expression": text, "terms": terms(polynomial, writer),
        "minima": .array(
          minima.map {
            [
              "count": .integer($0.count), "bound": .integer($0.bound),
              "terms": terms($0.polynomial, writer),
            ]
          }),
      ]
    }
  }

  private func terms(_ polynomial: Polynomial, _ writer: FormText) -> JSONValue {
    .array(
      polynomial.terms.map { term in
        [
          "coefficient": .integer(term.coefficient.numerator),
          "denominator": .integer(term.coefficient.denominator),
          "exponents": .object(
            zip(writer.symbols, term.exponents).filter { $0.1 > 0 }.map { .init($0.0, .integer($0.1)) }),
        ]
      })
  }
}
