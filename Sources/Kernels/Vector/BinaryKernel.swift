internal import CMicrokernels

package enum BinaryFunction: Sendable, Hashable, CaseIterable {
  case add, subtract, multiply, divide, power, squaredDifference
  /// NaN where either operand is.
  case maximum, minimum
  /// `a < 0 ? a b : a`
  case prelu
  /// Of 32 bits; sums wrap around. Not for floats.
  case addIntegers

  var code: assay_binary {
    switch self {
    case .add: assay_binary_add
    case .subtract: assay_binary_subtract
    case .multiply: assay_binary_multiply
    case .divide: assay_binary_divide
    case .power: assay_binary_power
    case .squaredDifference: assay_binary_squared_difference
    case .maximum: assay_binary_maximum
    case .minimum: assay_binary_minimum
    case .prelu: assay_binary_prelu
    case .addIntegers: assay_binary_add_integers
    }
  }
}

/// Applies a function of two variables to dense tensors under NumPy's broadcasting: inputs 0 and 1 to output 0, which
/// may be an input's buffer if that has the result's shape.
package struct BinaryKernel: PreparedKernel {
  package let choice: KernelChoice
  private let function: BinaryFunction
  private let activation: UnaryFunction
  private let rows: BroadcastRows
  private let isa: assay_isa

  /// - Parameter shape: the result's; the operands must broadcast to it.
  package init(
    _ function: BinaryFunction, _ first: [Int], _ second: [Int], shape: [Int],
    activation: UnaryFunction = .identity, instructionSet: InstructionSet = .native
  ) {
    self.function = function
    self.activation = activation
    rows = BroadcastRows(.broadcasting([first, second, shape], to: shape))
    isa = instructionSet.code
    choice = KernelChoice(
      kernel: "elementwise, two operands", instructionSet: instructionSet, reason: rows.explanation)
  }

  package func run(_ call: borrowing KernelCall) {
    let (a, b, y) = (call.input(0), call.input(1), call.output(0))
    rows.forEachBlock(of: call) { block in
      var code = assay_rows()
      code.rows = block.rows
      code.count = block.count
      code.a_row = rows.rowStride(0)
      code.b_row = rows.rowStride(1)
      code.y_row = rows.rowStride(2)
      code.a_step = Int32(rows.step(0))
      code.b_step = Int32(rows.step(1))
      let target = y + block.offset(2)
      assay_binary_run(isa, function.code, &code, a + block.offset(0), b + block.offset(1), target)
      if activation != .identity {
        for row in 0..<block.rows {
          let start = target + row * rows.rowStride(2)
          activation.apply(UnsafePointer(start), to: start, count: block.count, isa: isa)
        }
      }
    }
  }
}

/// `condition ? a : b` on 32-bit values under broadcasting: input 0 holds a byte for each condition, 1 and 2 are the values.
package struct SelectKernel: PreparedKernel {
  package let choice: KernelChoice
  private let rows: BroadcastRows
  private let isa: assay_isa

  package init(
    condition: [Int], _ first: [Int], _ second: [Int], shape: [Int], instructionSet: InstructionSet = .native
  ) {
    rows = BroadcastRows(.broadcasting([condition, first, second, shape], to: shape))
    isa = instructionSet.code
    choice = KernelChoice(kernel: "select", instructionSet: instructionSet, reason: rows.explanation)
  }

  package func run(_ call: borrowing KernelCall) {
    let condition = call.inputs[0].assumingMemoryBound(to: UInt8.self)
    let (a, b, y) = (call.input(1), call.input(2), call.output(0))
    rows.forEachBlock(of: call) { block in
      var code = assay_rows()
      code.rows = block.rows
      code.count = block.count
      code.c_row = rows.rowStride(0)
      code.a_row = rows.rowStride(1)
      code.b_row = rows.rowStride(2)
      code.y_row = rows.rowStride(3)
      code.c_step = Int32(rows.step(0))
      code.a_step = Int32(rows.step(1))
      code.b_step = Int32(rows.step(2))
      assay_select_run(
        isa, &code, a + block.offset(1), b + block.offset(2), condition + block.offset(0), y + block.offset(3)
      )
    }
  }
}

/// A broadcasting loop cut into rows, and rows of rows, that one microkernel call does.
struct BroadcastRows: Sendable {
  private let loop: StridedLoop

  init(_ loop: StridedLoop) { self.loop = loop }

  func rowStride(_ operand: Int) -> Int { loop.inner(1).stride(operand) }
  func step(_ operand: Int) -> Int { loop.inner(0).stride(operand) }

  var explanation: String { "\(loop.outerCount(without: 1)) rows of \(loop.inner(0).extent)" }

  struct Block {
    var rows: Int
    var count: Int
    var offset: (_ operand: Int) -> Int
  }

  /// The blocks that fall to one thread: whole rows where there are enough, parts of each row otherwise.
  func forEachBlock(of call: borrowing KernelCall, _ body: (Block) -> Void) {
    let (rowLength, middle) = (loop.inner(0).extent, loop.inner(1).extent)
    let outer = loop.outerCount(without: 2)
    guard rowLength > 0, middle > 0, outer > 0 else { return }
    if outer * middle >= 4 * call.parts {
      // A run of rows may end within one index of the outer loops and begin within another.
      let share = call.share(of: outer * middle)
      var row = share.lowerBound
      while row < share.upperBound {
        let index = row / middle
        let first = row % middle
        let rows = min(middle - first, share.upperBound - row)
        body(
          Block(rows: rows, count: rowLength) {
            loop.offset(of: $0, at: index, without: 2) + first * rowStride($0)
          })
        row += rows
      }
    } else {
      let part = call.lineShare(of: rowLength)
      guard !part.isEmpty else { return }
      for index in 0..<outer {
        body(
          Block(rows: middle, count: part.count) {
            loop.offset(of: $0, at: index, without: 2) + part.lowerBound * step($0)
          })
      }
    }
  }
}
