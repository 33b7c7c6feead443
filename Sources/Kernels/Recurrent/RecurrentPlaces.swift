/// Where a recurrent layer's tensors and working memory have their elements.
struct RecurrentPlaces: Sendable {
  /// Floats of a state in working memory: the hidden units filled up to whole panels.
  let width: Int
  /// Floats of the working memory that threads share.
  let floats: Int
  private let sequence: Int
  private let batch: Int
  private let units: Int
  private let directions: Int
  private let isBatchFirst: Bool
  private let gateWidth: Int
  private let gateFloats: Int
  private let stateFloats: Int

  init(_ layer: RecurrentLayer, steps: Int, width: Int) {
    self.width = width
    sequence = layer.sequence
    batch = layer.batch
    units = layer.hidden
    directions = layer.directions.count
    isBatchFirst = layer.isBatchFirst
    gateWidth = layer.cell.gates * width
    gateFloats = steps * layer.batch * gateWidth
    stateFloats = layer.directions.count * layer.batch * width
    floats = layer.directions.count * gateFloats + 4 * stateFloats
  }

  /// The times of some steps where all sequences have the full length.
  func times(_ steps: Range<Int>, isReverse: Bool) -> Range<Int> {
    isReverse ? sequence - steps.upperBound..<sequence - steps.lowerBound : steps
  }

  // In the shared memory: the inputs' part of the gates, two hidden states that alternate, then what a cell keeps
  // beside them.

  func gates(_ direction: Int) -> Int { direction * gateFloats }

  /// - Parameter base: the first time in memory.
  func gates(_ direction: Int, time: Int, from base: Int, _ element: Int) -> Int {
    let row = isBatchFirst ? element * sequence + time : (time - base) * batch + element
    return gates(direction) + row * gateWidth
  }

  /// The state that `step` reads; the next step's is the one that it writes.
  func hidden(_ step: Int, _ direction: Int, _ element: Int) -> Int {
    kept(step % 2, direction, element)
  }

  func cell(_ direction: Int, _ element: Int) -> Int { kept(2, direction, element) }

  /// The update gate, which has the memory of the cell state: no cell has both.
  func updateGate(_ direction: Int, _ element: Int) -> Int { kept(2, direction, element) }

  /// The state times the reset gate.
  func resetState(_ direction: Int, _ element: Int) -> Int { kept(3, direction, element) }

  private func kept(_ kind: Int, _ direction: Int, _ element: Int) -> Int {
    directions * gateFloats + kind * stateFloats + (direction * batch + element) * width
  }

  // In the layer's tensors.

  func state(_ direction: Int, _ element: Int) -> Int {
    (isBatchFirst ? element * directions + direction : direction * batch + element) * units
  }

  func output(_ time: Int, _ direction: Int, _ element: Int) -> Int {
    isBatchFirst
      ? ((element * sequence + time) * directions + direction) * units
      : ((time * directions + direction) * batch + element) * units
  }
}
