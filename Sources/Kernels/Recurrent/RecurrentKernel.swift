internal import CMicrokernels

/// Runs a recurrent layer: what all steps take of the input as one matrix product, then step by step the product of the
/// state with weights that were packed once, and the gates.
///
/// The threads share a step by hidden units and wait for each other after it; where a step is too small for that, they
/// share the directions only. The input's part of long sequences is computed for some steps at a time, so that it stays in
/// the cache. Lengths beyond the sequence count as the whole of it.
package struct RecurrentKernel: PreparedKernel {
  package let choice: KernelChoice
  package let phases: Int
  package let scratchBytesPerThread: Int
  package let sharedScratchBytes: Int
  package var packedWeightBytes: Int { weights.byteCount }
  /// Every part packs the states of all its units' products.
  package var partsPerThread: Int { 1 }

  let layer: RecurrentLayer
  let weights: PackedRecurrentWeights
  let isa: assay_isa
  /// Columns of a tile: so many hidden units make a panel.
  let tile: Int
  let panels: Int
  /// The gates of each product of a step.
  let products: [Range<Int>]
  let places: RecurrentPlaces
  /// Steps whose input is multiplied together.
  private let stepsAtOnce: Int
  /// Panels whose products are computed together.
  private let panelsAtOnce: Int
  private let sharesSteps: Bool
  private let leftFloats: Int
  let isQuantized: Bool

  package init(
    _ layer: RecurrentLayer, weights: RecurrentLayer.Weights, instructionSet: InstructionSet = .native
  ) throws(RecurrentError) {
    try layer.check(weights)
    self.layer = layer
    isa = instructionSet.code
    isQuantized = weights.input.isBytes
    tile = Int(isQuantized ? assay_quantized_tile_columns(isa) : assay_gemm_tile_columns(isa))
    panels = (layer.hidden + tile - 1) / tile
    let gates = layer.cell.gates
    products = layer.cell.products
    stepsAtOnce = Self.stepsAtOnce(layer)
    panelsAtOnce = max(1, min(panels, Self.productFloats / (layer.batch * gates * tile)))
    places = RecurrentPlaces(layer, steps: stepsAtOnce, width: panels * tile)
    let chunks = (layer.sequence + stepsAtOnce - 1) / stepsAtOnce
    let stages = chunks + layer.sequence * products.count
    let work = layer.batch * layer.directions.count * gates * layer.hidden * layer.hidden
    sharesSteps = work >= Self.workWorthSharing && stages <= Self.mostPhases
    phases = sharesSteps ? stages : 2 * chunks
    leftFloats =
      isQuantized
      ? ByteProductScratch(layer, steps: stepsAtOnce, columns: gates * panels * tile, isa: isa).floats
      : max(
        assay_gemm_scratch_floats(stepsAtOnce * layer.batch, layer.input),
        assay_gemm_scratch_floats(layer.batch, layer.hidden))
    let productFloats = layer.batch * panelsAtOnce * gates * tile
    scratchBytesPerThread = (leftFloats + productFloats) * MemoryLayout<Float>.stride
    sharedScratchBytes = places.floats * MemoryLayout<Float>.stride
    do throws(MemoryError) {
      self.weights = try PackedRecurrentWeights(weights, of: layer, tile: tile, isa: isa)
    } catch {
      throw .memory(error)
    }
    choice = KernelChoice(
      kernel: layer.cell.name + (isQuantized ? ", 8-bit integers" : ""),
      tile:
        "\(isQuantized ? assay_quantized_tile_rows(isa) : assay_gemm_tile_rows(isa)) rows x \(tile) columns",
      instructionSet: instructionSet,
      reason: "the inputs of \(stepsAtOnce) steps in one product, "
        + (sharesSteps ? "threads share the hidden units" : "steps too small to share"))
  }

  /// Whether the working memory of a layer, whose extents are positive, is not excessive.
  package static func serves(_ layer: RecurrentLayer) -> Bool {
    let extents = [layer.sequence, layer.batch, layer.hidden]
    guard extents.allSatisfy({ $0 > 0 && $0 < 1 << 31 }) else { return false }
    var floats = layer.directions.count * (layer.cell.gates + 4)
    for extent in [
      stepsAtOnce(layer), layer.batch, (layer.hidden + widestTile - 1) / widestTile * widestTile,
    ] {
      let (product, overflow) = floats.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= mostSharedFloats else { return false }
      floats = product
    }
    return true
  }

  /// Where sequences end apart or do not lie step by step, an input's place does not follow from the step alone: all
  /// steps are taken at once.
  private static func stepsAtOnce(_ layer: RecurrentLayer) -> Int {
    layer.operands.hasLengths || layer.isBatchFirst
      ? layer.sequence : min(layer.sequence, max(1, rowsAtOnce / layer.batch))
  }

  private static let widestTile = 64
  /// Enough rows to make packing the input cheap, few enough for the gates to stay in the cache.
  private static let rowsAtOnce = 256
  /// 256 KiB.
  private static let productFloats = 1 << 16
  /// 1 GiB.
  private static let mostSharedFloats = 1 << 28
  /// MACs that take a few microseconds, as meeting the other threads does.
  private static let workWorthSharing = 1 << 17
  private static let mostPhases = 1 << 14

  package func run(_ call: borrowing KernelCall) {
    let phasesOfChunk = 1 + (sharesSteps ? stepsAtOnce * products.count : 1)
    let first = call.phase / phasesOfChunk * stepsAtOnce
    let steps = first..<min(first + stepsAtOnce, layer.sequence)
    let phase = call.phase % phasesOfChunk
    if phase == 0 {
      if first == 0 { loadStates(call) }
      multiplyInputs(of: steps, call)
    } else if sharesSteps {
      let step = first + (phase - 1) / products.count
      for direction in layer.directions.indices {
        let panels = share(of: panels, direction, call)
        run(step, product: (phase - 1) % products.count, direction, panels, from: first, call)
      }
    } else {
      for direction in call.share(of: layer.directions.count) {
        for step in steps {
          for product in products.indices {
            run(step, product: product, direction, 0..<panels, from: first, call)
          }
        }
      }
    }
  }

  /// What of `count` pieces of a direction's work falls to this part, whose share goes through all directions.
  private func share(of count: Int, _ direction: Int, _ call: borrowing KernelCall) -> Range<Int> {
    let first = direction * count
    let share = call.share(of: layer.directions.count * count).clamped(to: first..<first + count)
    return share.lowerBound - first..<share.upperBound - first
  }

  private func loadStates(_ call: borrowing KernelCall) {
    let shared = call.sharedScratch.assumingMemoryBound(to: Float.self)
    for row in call.share(of: layer.directions.count * layer.batch) {
      let (direction, element) = (row / layer.batch, row % layer.batch)
      let source = places.state(direction, element)
      load(
        layer.operands.hasState ? call.input(2) + source : nil,
        to: shared + places.hidden(0, direction, element))
      load(
        layer.operands.hasCellState ? call.input(3) + source : nil,
        to: shared + places.cell(direction, element))
    }
  }

  private func load(_ state: UnsafePointer<Float>?, to target: UnsafeMutablePointer<Float>) {
    target.update(repeating: 0, count: places.width)
    if let state { target.update(from: state, count: layer.hidden) }
  }

  /// The inputs of some steps times W, plus the biases.
  private func multiplyInputs(of steps: Range<Int>, _ call: borrowing KernelCall) {
    let shared = call.sharedScratch.assumingMemoryBound(to: Float.self)
    let columns = layer.cell.gates * panels
    for direction in layer.directions.indices {
      let range = share(of: columns, direction, call)
      guard !range.isEmpty else { continue }
      let times = places.times(steps, isReverse: layer.directions[direction].isReverse)
      let first = direction * columns + range.lowerBound
      let source = times.lowerBound * layer.batch * layer.input
      let bias = weights.bias.pointer + first * tile
      let target = shared + places.gates(direction) + range.lowerBound * tile
      switch weights.input {
      case .bytes(let matrix):
        let left = ByteRows(
          bytes: call.inputs[0] + source, rows: times.count * layer.batch, depth: layer.input,
          scale: call.input(4)[0], zero: Int32(call.inputs[5].load(as: UInt8.self)))
        matrix.multiply(
          left, panels: first..<first + range.count, bias: bias, into: target, rowStride: columns * tile,
          scratch: byteScratch(call), isa)
      case .floats(let packed):
        var task = product(rows: times.count * layer.batch, depth: layer.input, call)
        task.columns = range.count * tile
        task.a = call.input(0) + source
        task.a_row_stride = layer.input
        task.packed_b = packed.pointer + first * tile * layer.input
        task.bias = bias
        task.c = target
        task.c_row_stride = columns * tile
        assay_gemm_multiply(isa, &task, 0, task.columns)
      }
    }
  }

  private func byteScratch(_ call: borrowing KernelCall) -> ByteProductScratch.Pointers {
    ByteProductScratch(layer, steps: stepsAtOnce, columns: layer.cell.gates * panels * tile, isa: isa)
      .pointers(call.scratch)
  }

  private func product(rows: Int, depth: Int, _ call: borrowing KernelCall) -> assay_gemm_problem {
    var task = assay_gemm_problem()
    task.rows = rows
    task.depth = depth
    task.a_depth_stride = 1
    task.alpha = 1
    task.low = -.infinity
    task.high = .infinity
    task.scratch = call.scratch.assumingMemoryBound(to: Float.self)
    return task
  }

  /// One product of one step for some panels of hidden units.
  private func run(
    _ step: Int, product index: Int, _ direction: Int, _ range: Range<Int>, from first: Int,
    _ call: borrowing KernelCall
  ) {
    let shared = call.sharedScratch.assumingMemoryBound(to: Float.self)
    let target = call.scratch.assumingMemoryBound(to: Float.self) + leftFloats
    let panelFloats = products[index].count * tile
    for start in stride(from: range.lowerBound, to: range.upperBound, by: panelsAtOnce) {
      let part = start..<min(start + panelsAtOnce, range.upperBound)
      let columns = part.count * panelFloats
      multiplyState(step, product: index, direction, part, into: target, call)
      for element in 0..<layer.batch {
        let length = layer.operands.hasLengths ? self.length(element, call) : layer.sequence
        for panel in part {
          let unit = RecurrentUnits(
            step: step, firstStep: first, direction: direction, element: element, panel: panel,
            count: min(tile, layer.hidden - panel * tile), length: length)
          finish(
            unit, product: index,
            target + element * columns + (panel - start) * panelFloats, shared, call)
        }
      }
    }
  }

  /// The state times some panels of R: `[element][panel][gate of the product][tile]`.
  private func multiplyState(
    _ step: Int, product index: Int, _ direction: Int, _ part: Range<Int>,
    into target: UnsafeMutablePointer<Float>, _ call: borrowing KernelCall
  ) {
    let shared = call.sharedScratch.assumingMemoryBound(to: Float.self)
    let group = products[index]
    let columns = part.count * group.count * tile
    let first =
      (direction * layer.cell.gates + group.lowerBound) * panels + part.lowerBound * group.count
    switch weights.recurrence {
    case .bytes(let matrix):
      let scratch = byteScratch(call)
      for element in 0..<layer.batch {
        let state = UnsafePointer(shared + places.hidden(step, direction, element))
        let left = ByteRows(rounding: state, count: layer.hidden, into: scratch.state, isa)
        matrix.multiply(
          left, panels: first..<first + part.count * group.count, bias: nil, into: target + element * columns,
          rowStride: columns, scratch: scratch, isa)
      }
    case .floats(let packed):
      var task = product(rows: layer.batch, depth: layer.hidden, call)
      task.columns = columns
      task.a = UnsafePointer(
        shared + (index == 0 ? places.hidden(step, direction, 0) : places.resetState(direction, 0)))
      task.a_row_stride = places.width
      task.packed_b = packed.pointer + first * tile * layer.hidden
      task.c = target
      task.c_row_stride = columns
      assay_gemm_multiply(isa, &task, 0, columns)
    }
  }

  /// The first time whose gates are in memory while the steps from `first` on run.
  func firstTime(from first: Int, isReverse: Bool) -> Int {
    let steps = first..<min(first + stepsAtOnce, layer.sequence)
    return places.times(steps, isReverse: isReverse).lowerBound
  }

  private func length(_ element: Int, _ call: borrowing KernelCall) -> Int {
    let lengths = call.inputs[1].assumingMemoryBound(to: Int32.self)
    return max(0, min(layer.sequence, Int(lengths[element])))
  }
}

/// Hidden units of one panel, of one element of the batch, at one step.
struct RecurrentUnits {
  var step: Int
  /// The first of the steps whose gates are in memory.
  var firstStep: Int
  var direction: Int
  var element: Int
  var panel: Int
  /// Units of the panel that there are.
  var count: Int
  /// Steps of the element's sequence.
  var length: Int
}
