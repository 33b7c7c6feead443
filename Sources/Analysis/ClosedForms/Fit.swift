/// Expressions through the samples of a grid.
struct Fit {
  let grid: Interpolation
  let samples: [FigureSample]

  func expression(of figure: ClosedForms.Figure) -> ClosedForms.Expression? {
    switch figure {
    case .bytesMoved: bytesMoved(samples[0].layers.indices)
    case .peakPairBytes: peak(0)
    case .peakLivenessBytes: peak(1)
    case .peakBlockInputBytes: peak(2)
    default: polynomial(samples.map { $0.value(of: figure) }).map { .polynomial($0) }
    }
  }

  func layer(_ index: Int) -> ClosedForms.LayerForms {
    ClosedForms.LayerForms(
      macs: polynomial(samples.map { $0.layers[index].macs }),
      bytesMoved: bytesMoved(index..<index + 1),
      activationBytes: polynomial(samples.map { $0.layers[index].activationBytes }))
  }

  private func polynomial(_ values: [Int?]) -> Polynomial? {
    let known = values.compactMap { $0 }
    guard known.count == values.count, let differences = grid.differences(known) else { return nil }
    return grid.polynomial(differences)
  }

  /// What does not come from tables, and the smaller of a table and what is gathered from it.
  private func bytesMoved(_ layers: Range<Int>) -> ClosedForms.Expression? {
    var sums = samples.map { sample in sum(sample.layers[layers].map(\.bytesMoved)) }
    var minima: [ClosedForms.Expression.Minimum] = []
    for layer in layers {
      for (place, table) in samples[0].layers[layer].tableReads.enumerated() {
        let gathered = samples.map { $0.layers[layer].tableReads[place].gatheredBytes }
        guard let differences = grid.differences(gathered) else { return nil }
        let grows = differences.dropFirst().allSatisfy { $0 >= 0 }
        let isConstant = differences.dropFirst().allSatisfy { $0 == 0 }
        if isConstant || grows && gathered[0] >= table.tableBytes {
          add(min(table.tableBytes, gathered[0]), to: &sums)
          continue
        }
        guard let polynomial = grid.polynomial(differences) else { return nil }
        if let known = minima.firstIndex(where: {
          $0.bound == table.tableBytes && $0.polynomial == polynomial
        }) {
          minima[known].count += 1
        } else {
          minima.append(.init(count: 1, bound: table.tableBytes, polynomial: polynomial))
        }
      }
    }
    return polynomial(sums).map { minima.isEmpty ? .polynomial($0) : .sum($0, minima: minima) }
  }

  /// nil where a part is not known or the sum is more than an `Int` holds.
  private func sum(_ values: [Int?]) -> Int? {
    var total = 0
    for value in values {
      guard let value else { return nil }
      let (result, overflow) = total.addingReportingOverflow(value)
      if overflow { return nil }
      total = result
    }
    return total
  }

  private func add(_ constant: Int, to sums: inout [Int?]) {
    for index in sums.indices { sums[index] = sum([sums[index], constant]) }
  }

  /// The largest over the layers, without those that another exceeds everywhere: with Newton's differences none of which is
  /// smaller, a polynomial is nowhere on the lattice smaller.
  private func peak(_ kind: Int) -> ClosedForms.Expression? {
    var candidates: [[Int]] = []
    var met: Set<[Int]> = []
    for layer in samples[0].layers.indices {
      guard let differences = grid.differences(samples.map { $0.layers[layer].memory[kind] }) else {
        return nil
      }
      if met.insert(differences).inserted { candidates.append(differences) }
    }
    let largest = candidates.enumerated().filter { index, candidate in
      !candidates.enumerated().contains { other, rival in
        other != index && zip(rival, candidate).allSatisfy { $0 >= $1 }
      }
    }
    var polynomials: [Polynomial] = []
    for (_, differences) in largest {
      guard let polynomial = grid.polynomial(differences) else { return nil }
      polynomials.append(polynomial)
    }
    guard let only = polynomials.first else { return nil }
    return polynomials.count == 1 ? .polynomial(only) : .maximum(polynomials)
  }

  /// The layer whose part of a figure differs from its polynomial at a checked binding; nil where none does.
  func obstacle(to figure: ClosedForms.Figure, _ checked: [(point: [Int], sample: FigureSample)]) -> String? {
    for index in samples[0].layers.indices {
      let own = layer(index)
      for (point, sample) in checked where sample.layers.indices.contains(index) {
        let figures = sample.layers[index]
        let isRight =
          switch figure {
          case .bytesMoved:
            own.bytesMoved?.value(at: point)
              == figures.bytesMoved.map { $0 + figures.tableReads.reduce(0) { $0 + $1.bytes } }
          case .activationElements, .activationBytes, .matrixOutputElements, .allTensorElements:
            own.activationBytes?.value(at: point) == figures.activationBytes
          default: own.macs?.value(at: point) == figures.macs
          }
        if !isRight { return figures.name }
      }
    }
    return nil
  }
}
