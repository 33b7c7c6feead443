internal import Kernels
internal import Network
internal import Operators

/// Lets matrix products and attention read and write transposed, split and sliced tensors where they lie.
enum OperandViews {
  static func run(_ graph: inout PlanGraph) {
    for index in graph.nodes.indices { readViews(index, &graph) }
    let consumers = graph.consumers()
    var dropped: Set<Int> = []
    for index in graph.nodes.indices { writeTransposed(index, &graph, consumers, &dropped) }
    graph.nodes = graph.nodes.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)
  }

  private static func readViews(_ index: Int, _ graph: inout PlanGraph) {
    guard var operation = graph.nodes[index].operation as? MatrixProductOperation else { return }
    let resolver = ViewResolver(graph)
    var node = graph.nodes[index]
    if let view = resolver.resolve(node, 0), operation.left.columnStride == 1,
      let operand = MatrixOperand(view, buffer: 0, batch: operation.batch)
    {
      operation.left = operand
      operation.alpha *= view.factor
      node.inputs[0] = view.root
    }
    if case .operand(let right) = operation.right, right.columnStride == 1,
      let view = resolver.resolve(node, 1),
      let operand = MatrixOperand(view, buffer: 1, batch: operation.batch)
    {
      operation.right = .operand(operand)
      operation.alpha *= view.factor
      node.inputs[1] = view.root
    }
    node.operation = operation
    graph.nodes[index] = node
  }

  /// Takes over the transposition that alone reads a result.
  private static func writeTransposed(
    _ index: Int, _ graph: inout PlanGraph, _ consumers: [[Int]], _ dropped: inout Set<Int>
  ) {
    let node = graph.nodes[index]
    guard let output = node.output, !graph.isOutput(output), consumers[output.index].count == 1,
      let reader = consumers[output.index].first, graph.nodes[reader].fileOperator == "Transpose",
      let extents = graph[output].dimensions,
      let order = (try? graph.nodes[reader].attributes?.integers("perm")) ?? nil,
      order.count == extents.count,
      order.last == extents.count - 1
    else { return }
    let dense = StridedView.denseStrides(order.map { extents[$0] })
    var strides = extents
    for (place, axis) in order.enumerated() { strides[axis] = dense[place] }
    let result = MatrixOperand(
      buffer: 0, batchStrides: Array(strides.dropLast(2)), rowStride: strides[strides.count - 2])
    if var operation = node.operation as? MatrixProductOperation,
      operation.batch.count == result.batchStrides.count
    {
      operation.result = result
      operation.isResultDense = false
      graph.nodes[index].operation = operation
    } else if var operation = node.operation as? AttentionOperation {
      operation.attention.result = result
      graph.nodes[index].operation = operation
    } else {
      return
    }
    graph.nodes[index].outputs = graph.nodes[reader].outputs
    graph.nodes[index].sources += graph.nodes[reader].sources
    dropped.insert(reader)
  }
}

extension ViewResolver {
  func resolve(_ node: PlanNode, _ input: Int) -> StridedView? {
    guard input < node.inputs.count, let value = node.inputs[input] else { return nil }
    return resolve(value)
  }
}

extension MatrixOperand {
  /// The last two axes of a view as a matrix, those before them as the batch, repeated where they are 1 or missing.
  init?(_ view: StridedView, buffer: Int, batch: [Int]) {
    let rank = view.extents.count
    guard rank >= 2, rank - 2 <= batch.count else { return nil }
    let missing = batch.count - (rank - 2)
    self.init(
      buffer: buffer, offset: view.offset,
      batchStrides: batch.indices.map { axis in
        axis < missing || view.extents[axis - missing] == 1 ? 0 : view.strides[axis - missing]
      }, rowStride: view.strides[rank - 2], columnStride: view.strides[rank - 1])
  }

  /// The transposed matrix.
  var transposed: MatrixOperand {
    var result = self
    (result.rowStride, result.columnStride) = (columnStride, rowStride)
    return result
  }
}
