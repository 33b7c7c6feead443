package import Network

extension ClosedForms {
  /// The forms of a network in those symbols of `bindings` that nobody gave; none where there are none.
  ///
  /// Fits polynomials to exact samples on a small grid, then compares them with samples beyond it, near and far: a form that
  /// differs anywhere is not given.
  package static func find(
    _ network: Network, _ options: AnalysisOptions, bindings: [SymbolBinding]
  ) throws(AnalysisError) -> ClosedForms {
    let open = bindings.filter(\.isDefault)
    guard !open.isEmpty else { return ClosedForms(held: []) }
    var options = options
    var held: [Held] = []
    var symbols = open.map(\.symbol)
    while true {
      var search = try FormSearch(network, options, symbols: symbols)
      guard let failure = search.findAxes() else {
        var fitting = FormFitting(search, held: held)
        return fitting.forms()
      }
      let value = open.first { $0.symbol == symbols[failure.symbol] }?.value ?? 1
      options.dimensions[symbols[failure.symbol]] = value
      held.append(Held(symbol: symbols.remove(at: failure.symbol), value: value, reason: failure.reason))
      if symbols.isEmpty {
        return ClosedForms(held: held)
      }
    }
  }
}

/// Fits forms on the lattice that a search found.
struct FormFitting {
  private var search: FormSearch
  private let held: [ClosedForms.Held]
  private let axes: [FormSearch.Axis]
  private let corner: [Int]
  private var samples: [FigureSample] = []

  init(_ search: FormSearch, held: [ClosedForms.Held]) {
    self.search = search
    self.held = held
    axes = search.axes
    corner = search.axes.map(\.start)
  }

  mutating func forms() -> ClosedForms {
    var result = ClosedForms(held: held)
    for (index, symbol) in search.symbols.enumerated() {
      let end = search.end(of: index, axes[index], at: corner)
      result.symbols.append(
        ClosedForms.Domain(
          symbol: symbol, through: end?.through, step: axes[index].step, obstacle: end?.obstacle))
    }
    guard
      let grid = Interpolation(
        starts: corner, steps: axes.map(\.step), degrees: axes.map(\.degree))
    else { return result }
    let checks = checkPoints(ends: result.symbols.map(\.through))
    var checked: [(point: [Int], sample: FigureSample)] = []
    do throws(AnalysisError) {
      for point in grid.points { samples.append(try search.sample(point)) }
      for point in checks { checked.append((point, try search.sample(point))) }
    } catch {
      // Each symbol fits alone, not all of them together.
      result.obstacle = error
      return result
    }
    guard samples.allSatisfy({ $0.structure == samples[0].structure }) else { return result }
    let fit = Fit(grid: grid, samples: samples)
    result.checkedBindings = checked.count
    for figure in ClosedForms.Figure.allCases {
      var expression = fit.expression(of: figure)
      let isRight = checked.allSatisfy { expression?.value(at: $0.point) == $0.sample.value(of: figure) }
      if !isRight { expression = nil }
      let from = expression.map { extended($0, figure) } ?? corner
      result.forms.append(
        ClosedForms.Form(
          figure: figure, from: from, expression: expression,
          obstacle: expression == nil ? fit.obstacle(to: figure, checked) : nil,
          isLowerBound: !samples[0].isComplete))
    }
    result.layers = samples[0].layers.indices.map { fit.layer($0) }
    return result
  }

  /// Bindings off the grid: near it, so that a kink shows, and far away; at the end of each symbol's range where it has one.
  private func checkPoints(ends: [Int?]) -> [[Int]] {
    func place(_ symbol: Int, _ steps: Int) -> Int {
      let axis = axes[symbol]
      let last = ends[symbol].map { ($0 - axis.start) / axis.step } ?? FormSearch.reach
      return axis.start + min(steps, last) * axis.step
    }
    let distances = [[6, 11, 29, 61], [11, 61, 6, 29], [29, 6, 61, 11], [61, 29, 11, 6]]
    var points = (0..<4).map { row in axes.indices.map { place($0, distances[$0 % 4][row]) } }
    points.append(axes.indices.map { place($0, FormSearch.reach) })
    return points
  }

  /// By symbol, the smallest extent for which the form holds: 1 where it agrees there too, else where the grid begins.
  private mutating func extended(_ expression: ClosedForms.Expression, _ figure: ClosedForms.Figure) -> [Int]
  {
    let symbols = axes.indices.filter { axes[$0].step == 1 && axes[$0].start == 2 }
    var holding: [Int] = []
    for symbol in symbols where holds(expression, figure, atOne: [symbol]) { holding.append(symbol) }
    // All ways of setting some of them to 1 have to agree, not only each alone.
    if holding.count > 1, holding.count <= 4 {
      for mask in 0..<(1 << holding.count) {
        let ones = holding.indices.filter { mask >> $0 & 1 == 1 }.map { holding[$0] }
        if ones.count > 1, !holds(expression, figure, atOne: ones) { return corner }
      }
    }
    return corner.indices.map { holding.contains($0) ? 1 : corner[$0] }
  }

  private mutating func holds(
    _ expression: ClosedForms.Expression, _ figure: ClosedForms.Figure, atOne ones: [Int]
  ) -> Bool {
    for distance in [0, 5] {
      let point = axes.indices.map { symbol in
        ones.contains(symbol) ? 1 : axes[symbol].start + distance * axes[symbol].step
      }
      guard let sample = try? search.sample(point), let value = expression.value(at: point),
        value == sample.value(of: figure)
      else { return false }
      if ones.count == axes.count { break }
    }
    return true
  }
}

extension FigureSample {
  /// A figure's total; nil where it is not known.
  func value(of figure: ClosedForms.Figure) -> Int? {
    switch figure {
    case .macs: totals.macs
    case .flops: totals.flops
    case .elementwiseOperations: totals.elementwiseOperations
    case .operations: totals.operations
    case .bytesMoved: totals.bytesMoved
    case .activationElements: totals.activations.elements
    case .activationBytes: totals.activations.bytes
    case .matrixOutputElements: totals.matrixOutputElements
    case .allTensorElements: totals.allTensorElements
    case .peakPairBytes: totals.peaks[0]
    case .peakLivenessBytes: totals.peaks[1]
    case .peakBlockInputBytes: totals.peaks[2]
    }
  }
}
