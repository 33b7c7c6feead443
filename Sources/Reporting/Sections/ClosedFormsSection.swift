internal import Analysis

/// The totals as functions of the symbols that the file leaves open.
package struct ClosedFormsSection: Section {
  package let title = "Closed forms"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    guard let closed = subject.analysis.closedForms else { return nil }
    var blocks: [Block] = []
    blocks.append(.paragraph(Self.opening(closed)))
    if !closed.forms.isEmpty { blocks.append(.table(Self.table(closed))) }
    let remarks = closed.held.map { Remark(.caution, $0.sentence) } + closed.symbols.compactMap(Self.limit)
    if !remarks.isEmpty { blocks.append(.list(remarks)) }
    self.blocks = blocks
  }

  private static func opening(_ closed: ClosedForms) -> Prose {
    if closed.symbols.isEmpty {
      return closed.held.isEmpty
        ? "Every extent is given: there is no symbol to keep." : "No symbol of the file could be kept."
    }
    let names = Prose.joined(closed.symbols.map { "\(name: $0.symbol)" }, separator: ", ")
    if closed.forms.isEmpty {
      let reason: Prose = closed.obstacle.map { ": \(name: $0.message)" } ?? ""
      return "No form in \(names) was found that holds on a whole grid of extents\(reason)."
    }
    return
      "Exact in \(names): fitted to the numeric analysis without rounding and compared with it at \(Numbers.plural(closed.checkedBindings, "further binding"))."
  }

  private static func table(_ closed: ClosedForms) -> Table {
    let writer = FormText(symbols: closed.symbols.map(\.symbol), style: .display)
    return Table(
      "Totals as functions of the open extents",
      columns: [.text("Figure"), .text("Form"), .text("Holds for", priority: 1)],
      rows: closed.forms.map { form in
        let text = form.expression.map { Quantity.name(writer.text(of: $0)) }
        let none = form.obstacle.map { "none: no polynomial at \($0)" } ?? "none"
        return [
          .text(form.figure.title), text?.atLeast(if: form.isLowerBound) ?? .name(none),
          form.expression == nil ? .unknown : .name(domain(of: form, closed)),
        ]
      })
  }

  /// For example `N ≥ 1, 1 ≤ S ≤ 512`.
  private static func domain(of form: ClosedForms.Form, _ closed: ClosedForms) -> String {
    zip(closed.symbols, form.from).map { domain, from in
      let range =
        domain.through.map { "\(from) ≤ \(domain.symbol) ≤ \(Numbers.grouped($0))" }
        ?? "\(domain.symbol) ≥ \(from)"
      return domain.step == 1 ? range : "\(range) in steps of \(domain.step)"
    }.joined(separator: ", ")
  }

  private static func limit(_ domain: ClosedForms.Domain) -> Remark? {
    guard let through = domain.through, let obstacle = domain.obstacle else { return nil }
    return Remark(.note, "\(name: domain.symbol) ends at \(through); beyond it, \(name: obstacle.message).")
  }
}

extension ClosedForms.Held {
  /// The option that says which extent is meant.
  var option: String { "--dim \(symbol)=\(value)" }

  /// Why the symbol is no variable of the forms, and what to do.
  var sentence: Prose {
    let cause: Prose =
      switch reason {
      case .misfit(let error): "\(name: error.message)"
      case .irregular(let layer) where layer.isEmpty: "a total follows no polynomial in it"
      case .irregular(let layer): "the figures of \(name: layer) follow no polynomial in it"
      }
    return
      "The symbol \(name: symbol) cannot be kept and stands for \(value): \(cause). Give the extent that is meant with \(name: option) or --input-shape."
  }
}

extension ClosedForms.Figure {
  var title: String {
    switch self {
    case .macs: "MACs"
    case .flops: "FLOPs"
    case .elementwiseOperations: "Elementwise operations"
    case .operations: "Operations"
    case .bytesMoved: "Bytes moved"
    case .activationElements: "Activations, total, elements"
    case .activationBytes: "Activations, total, bytes"
    case .matrixOutputElements: "Activations, matrix outputs, elements"
    case .allTensorElements: "Activations, all tensors, elements"
    case .peakPairBytes: "Peak, one layer, bytes"
    case .peakLivenessBytes: "Peak by liveness, bytes"
    case .peakBlockInputBytes: "Peak, block input held, bytes"
    }
  }
}
