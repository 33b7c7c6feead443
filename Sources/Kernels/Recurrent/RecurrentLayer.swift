/// What one recurrent layer computes, for each step of a sequence, from the step's input and the state before it.
///
/// Inputs of its kernel: X `[sequence, batch, input]`, lengths `[batch]` of 32-bit integers, the first state and, of a cell
/// with two, the first cell state `[directions, batch, hidden]`. Outputs: all states
/// `[sequence, directions, batch, hidden]`, the last one and the last cell state `[directions, batch, hidden]`. Batch
/// first, the batch leads each of X, the states and the outputs.
package struct RecurrentLayer: Sendable {
  package enum Cell: Sendable, Equatable {
    /// `H' = f(x + H R)`
    case simple
    /// Gates update, reset and hidden: `H' = (1 - z) h + z H` with `h = g(x + (r H) R)`, or `g(x + r (H R + b))` where
    /// the product comes before the reset.
    case gated(multipliesBeforeReset: Bool)
    /// Gates input, output, forget and cell: `C' = f C + i g`, `H' = o h(C')`; where the forget gate is coupled,
    /// `f = 1 - i`.
    case longShortTerm(couplesForget: Bool)
  }

  package struct Direction: Sendable {
    package var isReverse: Bool
    /// Of the gates, of the new content and, of a cell with two states, of the result; a simple cell has one.
    package var activations: [UnaryFunction]

    package init(isReverse: Bool, activations: [UnaryFunction]) {
      self.isReverse = isReverse
      self.activations = activations
    }
  }

  /// Which of the optional inputs and outputs there are.
  package struct Operands: Sendable {
    package var hasLengths = false
    package var hasState = false
    package var hasCellState = false
    package var givesAll = false
    package var givesLast = false
    package var givesCellState = false

    package init() {}
  }

  package var cell: Cell
  package var sequence: Int
  package var batch: Int
  package var input: Int
  package var hidden: Int
  package var directions: [Direction]
  package var isBatchFirst: Bool
  /// Bound of what goes into activations; nil is none.
  package var clip: Float?
  package var operands: Operands

  package init(
    _ cell: Cell, sequence: Int, batch: Int, input: Int, hidden: Int, directions: [Direction],
    isBatchFirst: Bool = false, clip: Float? = nil, operands: Operands
  ) {
    self.cell = cell
    self.sequence = sequence
    self.batch = batch
    self.input = input
    self.hidden = hidden
    self.directions = directions
    self.isBatchFirst = isBatchFirst
    self.clip = clip
    self.operands = operands
  }

  package var gates: Int { cell.gates }

  /// A layer's weights while a kernel packs them: W `[directions, gates * hidden, input]`, R
  /// `[directions, gates * hidden, hidden]`, B `[directions, 2 * gates * hidden]` and, for gates that see the cell state, P
  /// `[directions, 3 * hidden]`.
  package struct Weights {
    var input: Matrix
    var recurrence: Matrix
    var bias: UnsafeBufferPointer<Float>?
    var peepholes: UnsafeBufferPointer<Float>?

    package init(
      input: UnsafeBufferPointer<Float>, recurrence: UnsafeBufferPointer<Float>,
      bias: UnsafeBufferPointer<Float>? = nil, peepholes: UnsafeBufferPointer<Float>? = nil
    ) {
      self.init(
        input: .floats(input), recurrence: .floats(recurrence), bias: bias, peepholes: peepholes)
    }

    /// Both matrices are of the same kind.
    package init(
      input: Matrix, recurrence: Matrix, bias: UnsafeBufferPointer<Float>? = nil,
      peepholes: UnsafeBufferPointer<Float>? = nil
    ) {
      self.input = input
      self.recurrence = recurrence
      self.bias = bias
      self.peepholes = peepholes
    }
  }

  /// W or R.
  package enum Matrix {
    case floats(UnsafeBufferPointer<Float>)
    /// As 8-bit integers: the state is rounded to such over its own range before it is multiplied, and X comes as
    /// unsigned bytes, with their scale and zero point as inputs 4 and 5.
    case bytes(ByteMatrix)

    var isBytes: Bool {
      if case .bytes = self { true } else { false }
    }

    var count: Int {
      switch self {
      case .floats(let values): values.count
      case .bytes(let matrix): matrix.bytes.count
      }
    }
  }

  /// W `[directions, input, gates * hidden]` or R `[directions, hidden, gates * hidden]` as bytes' bit patterns, with a
  /// scale and a zero point for each direction or for each column of each.
  package struct ByteMatrix {
    let bytes: UnsafeBufferPointer<UInt8>
    let isSigned: Bool
    let scales: [Float]
    let zeros: [Int32]

    package init(
      bytes: UnsafeBufferPointer<UInt8>, isSigned: Bool, scales: [Float], zeros: [Int32]
    ) {
      self.bytes = bytes
      self.isSigned = isSigned
      self.scales = scales
      self.zeros = zeros
    }
  }
}

package enum RecurrentError: Error, Equatable {
  /// An extent is not positive, or they are too large together.
  case extents
  /// The weights are fewer or more than the extents say.
  case weights
  /// A direction lacks activations.
  case activations
  case memory(MemoryError)
}

extension RecurrentLayer.Cell {
  var gates: Int {
    switch self {
    case .simple: 1
    case .gated: 3
    case .longShortTerm: 4
    }
  }

  /// The gates whose products with the state are taken together: a list for each part of a step that waits for the one
  /// before.
  var products: [Range<Int>] {
    switch self {
    case .gated(multipliesBeforeReset: false): [0..<2, 2..<3]
    default: [0..<gates]
    }
  }

  var activations: Int {
    switch self {
    case .simple: 1
    case .gated: 2
    case .longShortTerm: 3
    }
  }

  var name: String {
    switch self {
    case .simple: "recurrent layer"
    case .gated: "gated recurrent layer"
    case .longShortTerm: "long short-term memory"
    }
  }
}

extension RecurrentLayer {
  /// Extents so small that products of three of them, and of a tile, do not overflow.
  func check(_ weights: Weights) throws(RecurrentError) {
    let extents = [sequence, batch, input, hidden, directions.count]
    guard extents.allSatisfy({ $0 > 0 && $0 < 1 << 31 }), directions.count <= 2 else {
      throw .extents
    }
    func product(_ factors: Int...) throws(RecurrentError) -> Int {
      var result = 1
      for factor in factors {
        let (next, overflow) = result.multipliedReportingOverflow(by: factor)
        guard !overflow, next < 1 << 48 else { throw .extents }
        result = next
      }
      return result
    }
    _ = try product(sequence, batch, max(input, hidden), cell.gates * directions.count)
    let rows = cell.gates * hidden * directions.count
    guard weights.input.count == (try product(rows, input)),
      weights.recurrence.count == (try product(rows, hidden)),
      weights.bias?.count ?? (2 * rows) == 2 * rows,
      weights.peepholes?.count ?? 0 == (weights.peepholes == nil ? 0 : 3 * hidden * directions.count)
    else { throw .weights }
    guard weights.input.isBytes == weights.recurrence.isBytes else { throw .weights }
    for case .bytes(let matrix) in [weights.input, weights.recurrence] {
      guard [directions.count, rows].contains(matrix.scales.count),
        matrix.zeros.count == matrix.scales.count
      else { throw .weights }
    }
    guard directions.allSatisfy({ $0.activations.count == cell.activations }) else { throw .activations }
  }
}
