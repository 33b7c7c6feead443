internal import Kernels
internal import Network
internal import Operators

/// A product of 8-bit integers with a weight of such, less the zero points of both: 32-bit sums.
///
/// Inputs: the left matrix, and its zero point if only the run knows it.
struct IntegerProductOperation: RecognizableOperation {
  let rows: Int
  let columns: Int
  let depth: Int
  let weight: Constant
  /// nil where an input holds it.
  let leftZero: Int?
  let weightZeros: [Int]

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard node.fileOperator == "MatMulInteger", let left = node.inputs[0],
      let a = graph.dimensions(node, 0), let b = graph.dimensions(node, 1), a.count >= 2, b.count == 2,
      !(a + b).contains(0), let weight = graph.constant(node, 1)
    else { return nil }
    var result = node
    result.inputs = [left]
    var leftZero: Int? = 0
    if node.inputs.count > 2, let zero = node.inputs[2] {
      // One zero point for each row is left to the operator's own kernel.
      guard graph[zero].dimensions?.reduce(1, *) == 1, graph[zero].element == graph[left].element else {
        return nil
      }
      leftZero = try graph[zero].constant?.load().integers?.first
      if leftZero == nil { result.inputs.append(zero) }
    }
    var weightZeros: [Int] = []
    if node.inputs.count > 3, node.inputs[3] != nil {
      guard let zeros = try graph.constant(node, 3)?.load().integers, let first = zeros.first,
        zeros.count == 1 || zeros.count == b[1]
      else { return nil }
      weightZeros = zeros.count == 1 ? Array(repeating: first, count: b[1]) : zeros
    }
    result.operation = IntegerProductOperation(
      rows: a.dropLast().reduce(1, *), columns: b[1], depth: b[0], weight: weight, leftZero: leftZero,
      weightZeros: weightZeros)
    return result
  }

  var holdsSyntheticWeights: Bool { weight.isSynthetic }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    let tensor = try weight.load()
    defer { weight.release() }
    let weights = withExtendedLifetime(tensor) { Array(tensor.elements(as: UInt8.self)) }
    let product = QuantizedMatrixMultiplication(
      rows: rows, columns: columns, depth: depth, isLeftSigned: preparation.value(0)?.element == .int8,
      leftZero: leftZero, weights: weights,
      areWeightsSigned: tensor.element == .int8, weightZeros: weightZeros, output: .int32)
    do {
      return try QuantizedMatrixMultiplyKernel(
        product, instructionSet: preparation.options.instructionSet)
    } catch {
      throw .unsupported("this matrix product")
    }
  }
}
