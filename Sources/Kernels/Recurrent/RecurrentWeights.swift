internal import CMicrokernels

/// A recurrent layer's weights as its kernel reads them: columns in panels of a tile's width, the gates of the same hidden
/// units next to each other, so that a share of the units is a range of columns.
struct PackedRecurrentWeights: Sendable {
  /// W of every direction, `[panel][gate]` panels.
  let input: PackedRecurrentMatrix
  /// R of every direction: for each product of a step in turn, `[panel][gate of the product]` panels.
  let recurrence: PackedRecurrentMatrix
  /// Both biases of every direction where they may be summed, `[panel][gate][tile]`.
  let bias: PackedFloats
  /// The recurrence's bias of the hidden gate, where it is reset with the product, `[panel][tile]`.
  let resetBias: PackedFloats?
  /// Of the gates input, output and forget, `[panel][3][tile]`.
  let peepholes: PackedFloats?

  var byteCount: Int {
    input.byteCount + recurrence.byteCount + bias.byteCount + (resetBias?.byteCount ?? 0)
      + (peepholes?.byteCount ?? 0)
  }

  init(_ weights: RecurrentLayer.Weights, of layer: RecurrentLayer, tile: Int, isa: assay_isa)
    throws(MemoryError)
  {
    let packing = RecurrentPacking(layer: layer, tile: tile, isa: isa)
    input = try packing.matrices(weights.input, depth: layer.input, groups: [0..<layer.cell.gates])
    recurrence = try packing.matrices(weights.recurrence, depth: layer.hidden, groups: layer.cell.products)
    let resets = layer.cell == .gated(multipliesBeforeReset: true)
    let (gates, hidden) = (layer.cell.gates, layer.hidden)
    bias = try packing.vectors(gates) { direction, gate, unit in
      guard let bias = weights.bias else { return 0 }
      let place = direction * 2 * gates * hidden + gate * hidden + unit
      return resets && gate == 2 ? bias[place] : bias[place] + bias[place + gates * hidden]
    }
    resetBias =
      resets
      ? try packing.vectors(1) { direction, _, unit in
        weights.bias?[direction * 6 * hidden + 5 * hidden + unit] ?? 0
      } : nil
    peepholes = try weights.peepholes.map { values throws(MemoryError) in
      try packing.vectors(3) { direction, gate, unit in values[(direction * 3 + gate) * hidden + unit] }
    }
  }
}

private struct RecurrentPacking {
  let layer: RecurrentLayer
  let tile: Int
  let isa: assay_isa

  private var panels: Int { (layer.hidden + tile - 1) / tile }

  /// One matrix for each direction as the right sides of products.
  func matrices(
    _ values: RecurrentLayer.Matrix, depth: Int, groups: [Range<Int>]
  ) throws(MemoryError) -> PackedRecurrentMatrix {
    switch values {
    case .floats(let values): .floats(try matrices(values, depth: depth, groups: groups))
    case .bytes(let matrix): .bytes(try matrices(matrix, depth: depth, groups: groups))
    }
  }

  /// Calls `body` for each panel in the order in which they are packed.
  private func forEachPanel(
    _ groups: [Range<Int>], _ body: (_ place: Int, _ direction: Int, _ gate: Int, _ unit: Int) -> Void
  ) {
    var place = 0
    for direction in layer.directions.indices {
      for group in groups {
        for unit in stride(from: 0, to: layer.hidden, by: tile) {
          for gate in group {
            body(place, direction, gate, unit)
            place += 1
          }
        }
      }
    }
  }

  private var panelCount: Int { layer.directions.count * panels * layer.cell.gates }

  /// From matrices `[gates * hidden, depth]`.
  private func matrices(
    _ values: UnsafeBufferPointer<Float>, depth: Int, groups: [Range<Int>]
  ) throws(MemoryError) -> PackedFloats {
    let (gates, hidden) = (layer.cell.gates, layer.hidden)
    return try PackedFloats(count: panelCount * tile * depth, isZeroed: false) { packed in
      guard let start = values.baseAddress else { return }
      forEachPanel(groups) { place, direction, gate, unit in
        assay_gemm_pack_b(
          isa, start + ((direction * gates + gate) * hidden + unit) * depth, 1, depth, depth,
          min(tile, hidden - unit), packed + place * tile * depth)
      }
    }
  }

  /// From matrices `[depth, gates * hidden]`.
  private func matrices(
    _ matrix: RecurrentLayer.ByteMatrix, depth: Int, groups: [Range<Int>]
  ) throws(MemoryError) -> PackedByteMatrix {
    let (columns, hidden) = (layer.cell.gates * layer.hidden, layer.hidden)
    let panelBytes = assay_quantized_packed_bytes(isa, depth, tile)
    let perDirection = matrix.scales.count / layer.directions.count
    func place(_ direction: Int, _ column: Int) -> Int {
      direction * perDirection + (perDirection > 1 ? column : 0)
    }
    let notes = try PackedFloats(count: 3 * panelCount * tile) { notes in
      forEachPanel(groups) { panel, direction, gate, unit in
        for index in 0..<min(tile, hidden - unit) {
          notes[2 * panelCount * tile + panel * tile + index] =
            matrix.scales[place(direction, gate * hidden + unit + index)]
        }
      }
    }
    let integers = UnsafeMutableRawPointer(mutating: notes.pointer).assumingMemoryBound(to: Int32.self)
    let packed = try PackedFloats(count: panelCount * panelBytes / 4) { packed in
      guard let start = matrix.bytes.baseAddress else { return }
      forEachPanel(groups) { panel, direction, gate, unit in
        let first = gate * hidden + unit
        let zeros = (0..<min(tile, hidden - unit)).map { matrix.zeros[place(direction, first + $0)] }
        assay_quantized_pack_b(
          isa, start + direction * depth * columns + first, matrix.isSigned ? 1 : 0, columns, 1, depth,
          zeros.count, zeros, UnsafeMutableRawPointer(packed) + panel * panelBytes, integers + panel * tile,
          integers + (panelCount + panel) * tile)
      }
    }
    return PackedByteMatrix(
      panels: packed, notes: notes, panelBytes: panelBytes, tile: tile,
      hasZeros: !matrix.isSigned || matrix.zeros.contains { $0 != 0 })
  }

  /// `[direction][panel][gate][tile]`, zero beyond the last unit.
  func vectors(
    _ gates: Int, _ value: (_ direction: Int, _ gate: Int, _ unit: Int) -> Float
  ) throws(MemoryError) -> PackedFloats {
    try PackedFloats(count: layer.directions.count * panels * gates * tile) { packed in
      for direction in layer.directions.indices {
        for gate in 0..<gates {
          for unit in 0..<layer.hidden {
            let panel = direction * panels + unit / tile
            packed[(panel * gates + gate) * tile + unit % tile] = value(direction, gate, unit)
          }
        }
      }
    }
  }
}
