internal import Kernels
internal import Network
internal import Operators

/// A matrix product, or one for each index of a batch, and what has been fused into it.
///
/// Inputs: the left matrix, the right one unless it is a weight, and the residual if there is one.
struct MatrixProductOperation: RecognizableOperation {
  enum Right: Sendable {
    case operand(MatrixOperand)
    case weight(Constant, isTransposed: Bool)
  }

  var batch: [Int]
  let rows: Int
  let columns: Int
  let depth: Int
  var left: MatrixOperand
  var right: Right
  var result: MatrixOperand
  var alpha: Float = 1
  var bias: [Float]?
  var residual: MatrixOperand?
  var activation: UnaryFunction = .identity
  /// Whether the result lies in memory as its value says.
  var isResultDense = true

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard graph.isFloat(node, 0), graph.isFloat(node, 1) else { return nil }
    switch node.fileOperator {
    case "MatMul": return try matMul(node, graph)
    case "Gemm": return try gemm(node, graph)
    default: return nil
    }
  }

  private static func matMul(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let a = graph.dimensions(node, 0), let b = graph.dimensions(node, 1), a.count >= 2, b.count >= 2,
      let output = node.output, let shape = graph[output].dimensions, !shape.contains(0), !a.contains(0)
    else { return nil }
    let batch = Array(shape.dropLast(2))
    let (rows, depth, columns) = (a[a.count - 2], a[a.count - 1], b[b.count - 1])
    let isWeight = graph.constant(node, 1) != nil && b.count == 2
    var result = node
    var operation = MatrixProductOperation(
      batch: batch, rows: rows, columns: columns, depth: depth,
      left: MatrixOperand(
        buffer: 0, batchStrides: strides(a, over: batch), rowStride: depth),
      right: .operand(
        MatrixOperand(buffer: 1, batchStrides: strides(b, over: batch), rowStride: columns)),
      result: MatrixOperand(buffer: 0, batchStrides: strides(shape, over: batch), rowStride: columns))
    if isWeight, let weight = graph.constant(node, 1) {
      operation.right = .weight(weight, isTransposed: false)
      result.inputs = [node.inputs[0]]
    }
    result.operation = operation
    return result
  }

  /// Elements from one matrix to the next along each axis of the batch; 0 where the operand is repeated.
  private static func strides(_ extents: [Int], over batch: [Int]) -> [Int] {
    let dense = StridedView.denseStrides(extents)
    let missing = batch.count - (extents.count - 2)
    return batch.indices.map { axis in
      let own = axis - missing
      return own < 0 || extents[own] == 1 ? 0 : dense[own]
    }
  }

  private static func gemm(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, let a = graph.dimensions(node, 0),
      let b = graph.dimensions(node, 1), a.count == 2, b.count == 2, !(a + b).contains(0)
    else { return nil }
    let transposesLeft = try operation.attributes.flag("transA")
    let transposesRight = try operation.attributes.flag("transB")
    let (rows, depth) = transposesLeft ? (a[1], a[0]) : (a[0], a[1])
    let columns = transposesRight ? b[0] : b[1]
    var result = node
    result.inputs = Array(node.inputs.prefix(2))
    var product = MatrixProductOperation(
      batch: [], rows: rows, columns: columns, depth: depth,
      left: MatrixOperand(
        buffer: 0, rowStride: transposesLeft ? 1 : depth, columnStride: transposesLeft ? rows : 1),
      right: .operand(
        MatrixOperand(
          buffer: 1, rowStride: transposesRight ? 1 : columns, columnStride: transposesRight ? depth : 1)),
      result: MatrixOperand(buffer: 0, rowStride: columns))
    product.alpha = try operation.attributes.float("alpha", default: 1)
    if node.inputs.count > 2, node.inputs[2] != nil {
      guard let bias = try graph.floats(node, 2), let extents = graph.dimensions(node, 2),
        bias.count == columns,
        extents.last == columns
      else { return nil }
      let beta = try operation.attributes.float("beta", default: 1)
      product.bias = bias.map { $0 * beta }
    }
    if let weight = graph.constant(node, 1) {
      product.right = .weight(weight, isTransposed: transposesRight)
      result.inputs = [node.inputs[0]]
    }
    result.operation = product
    return result
  }

  var holdsSyntheticWeights: Bool {
    if case .weight(let weight, _) = right { weight.isSynthetic } else { false }
  }

  var hasWeight: Bool {
    if case .weight = right { true } else { false }
  }

  var overwritableInputs: [Int] { residual.map { [$0.buffer] } ?? [] }

  func absorbing(_ function: UnaryFunction) -> (any PlannedOperation)? {
    guard activation == .identity else { return nil }
    var copy = self
    copy.activation = function
    return copy
  }

  func absorbing(bias more: [Float]) -> (any PlannedOperation)? {
    guard activation == .identity, residual == nil, more.count == columns else { return nil }
    var copy = self
    copy.bias = bias.map { zip($0, more).map(+) } ?? more
    return copy
  }

  func absorbingResidual() -> (any PlannedOperation)? {
    guard activation == .identity, residual == nil, isResultDense else { return nil }
    var copy = self
    var operand = result
    operand.buffer = hasWeight ? 1 : 2
    copy.residual = operand
    return copy
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    switch right {
    case .operand(let operand): return try kernel(.operand(operand), preparation)
    case .weight(let weight, let isTransposed):
      let tensor = try weight.load()
      defer { weight.release() }
      return try withExtendedLifetime(tensor) { () throws(OperatorError) in
        let size = MemoryLayout<Float>.stride
        let lent = MatrixMultiplication.BorrowedWeights(tensor.elements(as: Float.self)) { part in
          weight.release(bytes: part.lowerBound * size..<part.upperBound * size)
        }
        return try kernel(.borrowed(lent, isTransposed: isTransposed), preparation)
      }
    }
  }

  private func kernel(
    _ right: MatrixMultiplication.Right, _ preparation: Preparation
  ) throws(OperatorError) -> any PreparedKernel {
    let multiplication = MatrixMultiplication(
      batch: batch, rows: rows, columns: columns, depth: depth, left: left, right: right, result: result,
      alpha: alpha, bias: bias, residual: residual, activation: activation)
    do {
      return try MatrixMultiplyKernel(multiplication, instructionSet: preparation.options.instructionSet)
    } catch {
      throw .unsupported("this matrix product")
    }
  }
}

/// Lets matrix products read transposed weights as they are stored.
enum WeightTranspositions {
  static func run(_ graph: inout PlanGraph) throws(ExecutionError) {
    let producers = graph.producers()
    for index in graph.nodes.indices {
      let node = graph.nodes[index]
      guard node.fileOperator == "MatMul", node.inputs.count == 2, let right = node.inputs[1],
        let producer = producers[right.index], graph.nodes[producer].fileOperator == "Transpose",
        let source = graph.nodes[producer].inputs[0], graph[source].dimensions?.count == 2,
        graph[source].element == .float32, let stored = graph[source].constant,
        let order = try? graph.nodes[producer].attributes?.integers("perm") ?? [1, 0], order == [1, 0]
      else { continue }
      do {
        guard var recognized = try MatrixProductOperation.recognize(node, graph),
          var operation = recognized.operation as? MatrixProductOperation
        else { continue }
        operation.right = .weight(stored, isTransposed: true)
        recognized.operation = operation
        recognized.inputs = [node.inputs[0]]
        graph.nodes[index] = recognized
      } catch {
        throw .node(node.name, operatorName: "MatMul", error)
      }
    }
  }
}
