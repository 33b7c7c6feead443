internal import CMicrokernels

/// What follows a step's product: the gates, the new state, and the results.
extension RecurrentKernel {
  /// - Parameter product: the state's part of the product's gates, `[gate][tile]`; overwritten.
  func finish(
    _ units: RecurrentUnits, product index: Int, _ product: UnsafeMutablePointer<Float>,
    _ shared: UnsafeMutablePointer<Float>, _ call: borrowing KernelCall
  ) {
    let (direction, element) = (units.direction, units.element)
    let unit = units.panel * tile
    let old = shared + places.hidden(units.step, direction, element) + unit
    let new = shared + places.hidden(units.step + 1, direction, element) + unit
    let isLastProduct = index + 1 == products.count
    guard units.step < units.length else {
      guard isLastProduct else { return }
      new.update(from: old, count: tile)
      write(nil, at: units.step, units, call)
      writeLast(new, shared, units, call)
      return
    }
    let isReverse = layer.directions[direction].isReverse
    let time = isReverse ? units.length - 1 - units.step : units.step
    let base = firstTime(from: units.firstStep, isReverse: isReverse)
    let state = State(
      // The inputs' part of the units' gates, `[gate][tile]`.
      input: UnsafePointer(
        shared + places.gates(direction, time: time, from: base, element)
          + units.panel * layer.cell.gates * tile),
      old: UnsafePointer(old), new: new, panel: direction * panels + units.panel,
      activations: layer.directions[direction].activations)
    switch layer.cell {
    case .simple: simple(state, product)
    case .gated(multipliesBeforeReset: true): gatedBeforeReset(state, product)
    case .gated(multipliesBeforeReset: false):
      let (update, reset) = (
        shared + places.updateGate(direction, element) + unit,
        shared + places.resetState(direction, element) + unit
      )
      if index == 0 { gates(state, product, update, reset) } else { content(state, product, update) }
    case .longShortTerm(let couplesForget):
      longShortTerm(
        state, product, cell: shared + places.cell(direction, element) + unit, couplesForget: couplesForget)
    }
    if isLastProduct {
      write(UnsafePointer(new), at: time, units, call)
      writeLast(new, shared, units, call)
    }
  }

  private struct State {
    let input: UnsafePointer<Float>
    let old: UnsafePointer<Float>
    let new: UnsafeMutablePointer<Float>
    /// Counted through all directions.
    let panel: Int
    let activations: [UnaryFunction]
  }

  private func simple(_ state: State, _ product: UnsafeMutablePointer<Float>) {
    add(state.input, to: product, count: tile)
    activate(product, count: tile, state.activations[0])
    state.new.update(from: product, count: tile)
  }

  private func gatedBeforeReset(_ state: State, _ product: UnsafeMutablePointer<Float>) {
    add(state.input, to: product, count: 2 * tile)
    activate(product, count: 2 * tile, state.activations[0])
    let (reset, content) = (product + tile, product + 2 * tile)
    let input = state.input + 2 * tile
    if let bias = weights.resetBias { add(bias.pointer + state.panel * tile, to: content, count: tile) }
    for unit in 0..<tile { content[unit] = input[unit] + reset[unit] * content[unit] }
    activate(content, count: tile, state.activations[1])
    mix(state, update: UnsafePointer(product), content: UnsafePointer(content))
  }

  private func gates(
    _ state: State, _ product: UnsafeMutablePointer<Float>, _ update: UnsafeMutablePointer<Float>,
    _ resetState: UnsafeMutablePointer<Float>
  ) {
    add(state.input, to: product, count: 2 * tile)
    activate(product, count: 2 * tile, state.activations[0])
    update.update(from: product, count: tile)
    for unit in 0..<tile { resetState[unit] = product[tile + unit] * state.old[unit] }
  }

  private func content(
    _ state: State, _ product: UnsafeMutablePointer<Float>, _ update: UnsafePointer<Float>
  ) {
    add(state.input + 2 * tile, to: product, count: tile)
    activate(product, count: tile, state.activations[1])
    mix(state, update: update, content: UnsafePointer(product))
  }

  private func mix(_ state: State, update: UnsafePointer<Float>, content: UnsafePointer<Float>) {
    for unit in 0..<tile {
      state.new[unit] = (1 - update[unit]) * content[unit] + update[unit] * state.old[unit]
    }
  }

  private func longShortTerm(
    _ state: State, _ product: UnsafeMutablePointer<Float>, cell: UnsafeMutablePointer<Float>,
    couplesForget: Bool
  ) {
    let (output, forget, content) = (product + tile, product + 2 * tile, product + 3 * tile)
    let functions = state.activations
    add(state.input, to: product, count: 4 * tile)
    let peepholes = weights.peepholes.map { $0.pointer + state.panel * 3 * tile }
    if let peepholes {
      for unit in 0..<tile {
        product[unit] += peepholes[unit] * cell[unit]
        forget[unit] += peepholes[2 * tile + unit] * cell[unit]
      }
      activate(product, count: tile, functions[0])
      activate(forget, count: tile, functions[0])
    } else {
      activate(product, count: 3 * tile, functions[0])
    }
    activate(content, count: tile, functions[1])
    if couplesForget {
      for unit in 0..<tile { forget[unit] = 1 - product[unit] }
    }
    for unit in 0..<tile { cell[unit] = forget[unit] * cell[unit] + product[unit] * content[unit] }
    if let peepholes {
      for unit in 0..<tile { output[unit] += peepholes[tile + unit] * cell[unit] }
      activate(output, count: tile, functions[0])
    }
    functions[2].apply(UnsafePointer(cell), to: content, count: tile, isa: isa)
    for unit in 0..<tile { state.new[unit] = output[unit] * content[unit] }
  }

  private func add(_ values: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { target[index] += values[index] }
  }

  private func activate(_ values: UnsafeMutablePointer<Float>, count: Int, _ function: UnaryFunction) {
    if let clip = layer.clip {
      UnaryFunction.clamp(low: -clip, high: clip).apply(values, to: values, count: count, isa: isa)
    }
    function.apply(values, to: values, count: count, isa: isa)
  }

  /// Writes the units' part of all states; zeros where a sequence has ended.
  private func write(
    _ values: UnsafePointer<Float>?, at time: Int, _ units: RecurrentUnits, _ call: borrowing KernelCall
  ) {
    guard layer.operands.givesAll else { return }
    let target = call.output(0) + places.output(time, units.direction, units.element) + units.panel * tile
    if let values {
      target.update(from: values, count: units.count)
    } else {
      target.update(repeating: 0, count: units.count)
    }
  }

  /// After the last step, writes the units' part of the last states.
  private func writeLast(
    _ state: UnsafePointer<Float>, _ shared: UnsafePointer<Float>, _ units: RecurrentUnits,
    _ call: borrowing KernelCall
  ) {
    guard units.step + 1 == layer.sequence else { return }
    let place = places.state(units.direction, units.element) + units.panel * tile
    if layer.operands.givesLast { (call.output(1) + place).update(from: state, count: units.count) }
    if layer.operands.givesCellState {
      let cell = shared + places.cell(units.direction, units.element) + units.panel * tile
      (call.output(2) + place).update(from: cell, count: units.count)
    }
  }
}
