internal import Network

/// Finds for each symbol the lattice of extents on which a network's figures follow polynomials.
struct FormSearch {
  /// Where the lattice of a symbol begins, how far apart its points are, and of which degree the figures are in it.
  struct Axis {
    var start: Int
    var step: Int
    var degree: Int
  }

  static let largestDegree = 4
  /// Strides of whole networks are mostly powers of two; those of networks on sound, 320.
  private static let steps = [1, 2, 4, 8, 16, 32, 64, 128, 320]
  /// Extents up to this many steps beyond the start are tried.
  static let reach = 4096

  private let network: Network
  private let inlined: InlinedGraph
  private let options: AnalysisOptions
  private var samples: [[Int]: Result<FigureSample, AnalysisError>] = [:]
  let symbols: [String]
  /// By symbol, once `findAxes` has found them all.
  private(set) var axes: [Axis] = []

  init(_ network: Network, _ options: AnalysisOptions, symbols: [String]) throws(AnalysisError) {
    self.network = network
    self.options = options
    self.symbols = symbols
    inlined = try Inlining.apply(to: network, limits: options.limits)
  }

  private func inferred(at extents: [Int]) throws(AnalysisError) -> InferredGraph {
    var bound = options
    for (symbol, extent) in zip(symbols, extents) { bound.dimensions[symbol] = extent }
    return try ShapeInference.infer(network, inlined, bound)
  }

  /// The figures with `extents` in place of the symbols; each binding is worked out once.
  mutating func sample(_ extents: [Int]) throws(AnalysisError) -> FigureSample {
    if let known = samples[extents] { return try known.get() }
    do {
      let sample = try FigureSample(inferred(at: extents))
      samples[extents] = .success(sample)
      return sample
    } catch {
      samples[extents] = .failure(error)
      throw error
    }
  }

  /// Finds the lattice of every symbol, all meeting in one corner; the symbol that has none, and why, where that fails.
  mutating func findAxes() -> (symbol: Int, reason: ClosedForms.Held.Reason)? {
    var corner = symbols.map { _ in 1 }
    // The first round sees each symbol while others are still 1; the second sees all of them in general.
    for _ in 0..<(symbols.count > 1 ? 3 : 1) {
      let before = corner
      axes = []
      for symbol in symbols.indices {
        switch axis(of: symbol, at: corner) {
        case .failure(let reason): return (symbol, reason)
        case .success(let axis):
          corner[symbol] = axis.start
          axes.append(axis)
        }
      }
      if corner == before { break }
    }
    return nil
  }

  /// The lattice of one symbol while the others stay at `corner`, or why there is none.
  mutating func axis(of symbol: Int, at corner: [Int]) -> Result<Axis, ClosedForms.Held.Reason> {
    var reason: ClosedForms.Held.Reason?
    for step in Self.steps {
      var isIrregular = false
      for start in step == 1 ? [2, 8, 32] : [step, 4 * step, 16 * step] where !isIrregular {
        switch degree(of: symbol, at: corner, start: start, step: step) {
        case .success(let degree): return .success(Axis(start: start, step: step, degree: degree))
        case .failure(let found):
          if case .irregular = found { isIrregular = true }
          // That every extent fits and none follows says more than that a small one does not fit.
          if case .irregular? = reason { continue }
          if reason == nil || isIrregular { reason = found }
        }
      }
    }
    return .failure(reason ?? .irregular(layer: ""))
  }

  /// The degree of the figures along a line; the differences one order higher vanish at two points or more.
  private mutating func degree(
    of symbol: Int, at corner: [Int], start: Int, step: Int
  ) -> Result<Int, ClosedForms.Held.Reason> {
    var line: [FigureSample] = []
    var point = corner
    for place in 0...Self.largestDegree + 2 {
      point[symbol] = start + place * step
      do throws(AnalysisError) {
        line.append(try sample(point))
      } catch {
        return .failure(.misfit(error))
      }
      guard line[0].structure == line[place].structure else {
        return .failure(.irregular(layer: line[0].changedLayer(in: line[place])))
      }
      guard place >= 3 else { continue }
      if Irregularity.first(in: line, degree: place - 2) == nil { return .success(place - 2) }
    }
    let layer = Irregularity.first(in: line, degree: Self.largestDegree)
    return .failure(.irregular(layer: layer ?? ""))
  }

  /// The largest extent of a symbol, on its lattice and within reach, that the network fits; nil where all do.
  mutating func end(
    of symbol: Int, _ axis: Axis, at corner: [Int]
  ) -> (through: Int, obstacle: AnalysisError)? {
    var point = corner
    var (fits, fails) = (axis.degree + 2, Self.reach)
    var obstacle: AnalysisError?
    func misfit(_ place: Int) -> AnalysisError? {
      point[symbol] = axis.start + place * axis.step
      do throws(AnalysisError) {
        _ = try inferred(at: point)
        return nil
      } catch {
        return error
      }
    }
    obstacle = misfit(fails)
    guard obstacle != nil else { return nil }
    while fails - fits > 1 {
      let middle = (fits + fails) / 2
      if let error = misfit(middle) { (fails, obstacle) = (middle, error) } else { fits = middle }
    }
    return obstacle.map { (axis.start + fits * axis.step, $0) }
  }
}

extension FigureSample {
  /// The first layer that is another in `other`.
  fileprivate func changedLayer(in other: FigureSample) -> String {
    for (own, others) in zip(layers, other.layers) where own.name != others.name { return own.name }
    return layers.last?.name ?? ""
  }
}

/// Figures that follow no polynomial along a line of evenly spaced samples.
enum Irregularity {
  /// The first layer with such a figure, "" where only a total has one; nil where all follow polynomials of `degree`.
  static func first(in line: [FigureSample], degree: Int) -> String? {
    for index in line[0].layers.indices {
      let layer = line.map { $0.layers[index] }
      let figures: [KeyPath<FigureSample.LayerFigures, Int?>] = [
        \.macs, \.elementwiseOperations, \.bytesMoved, \.activationBytes,
      ]
      for figure in figures where !follows(layer.map { $0[keyPath: figure] }, degree) { return layer[0].name }
      for place in layer[0].memory.indices where !follows(layer.map { $0.memory[place] }, degree) {
        return layer[0].name
      }
      for place in layer[0].tableReads.indices {
        let tables = layer.map { $0.tableReads[place].tableBytes }
        if !follows(tables, 0) || !follows(layer.map { $0.tableReads[place].gatheredBytes }, degree) {
          return layer[0].name
        }
      }
    }
    let totals: [KeyPath<FigureSample.Totals, Int>] = [
      \.macs, \.flops, \.elementwiseOperations, \.operations, \.activations.elements, \.activations.bytes,
      \.matrixOutputElements, \.allTensorElements,
    ]
    return totals.allSatisfy { total in follows(line.map { $0.totals[keyPath: total] }, degree) } ? nil : ""
  }

  /// Whether all differences of order `degree` + 1 vanish. A figure that is never known does no harm.
  private static func follows(_ values: [Int?], _ degree: Int) -> Bool {
    var differences = values.compactMap { $0 }
    if differences.isEmpty { return true }
    guard differences.count == values.count else { return false }
    for _ in 0...degree {
      var next: [Int] = []
      for (first, second) in zip(differences, differences.dropFirst()) {
        let (difference, overflow) = second.subtractingReportingOverflow(first)
        if overflow { return false }
        next.append(difference)
      }
      differences = next
    }
    return differences.allSatisfy { $0 == 0 }
  }
}
