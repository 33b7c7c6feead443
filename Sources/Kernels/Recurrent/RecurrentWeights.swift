internal import CMicrokernels

/// A recurrent layer's weights as its kernel reads them: columns in panels of a tile's width, the gates of the same hidden
/// units next to each other, so that a share of the units is a range of columns.
struct PackedRecurrentWeights: Sendable {
  /// W of every direction, `[panel][gate]` panels.
  let input: PackedFloats
  /// R of every direction: for each product of a step in turn, `[panel][gate of the product]` panels.
  let recurrence: PackedFloats
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

  /// Matrices `[gates * hidden, depth]`, one for each direction, as the right sides of products.
  func matrices(
    _ values: UnsafeBufferPointer<Float>, depth: Int, groups: [Range<Int>]
  ) throws(MemoryError) -> PackedFloats {
    let (gates, hidden) = (layer.cell.gates, layer.hidden)
    let panel = tile * depth
    return try PackedFloats(count: layer.directions.count * panels * gates * panel, isZeroed: false) {
      packed in
      guard let start = values.baseAddress else { return }
      var target = packed
      for direction in layer.directions.indices {
        for group in groups {
          for unit in stride(from: 0, to: hidden, by: tile) {
            for gate in group {
              assay_gemm_pack_b(
                isa, start + ((direction * gates + gate) * hidden + unit) * depth, 1, depth, depth,
                min(tile, hidden - unit), target)
              target += panel
            }
          }
        }
      }
    }
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
