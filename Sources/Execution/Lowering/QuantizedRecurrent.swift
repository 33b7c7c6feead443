internal import Kernels
internal import Network
internal import Operators

/// `DynamicQuantizeLSTM` with constant weights, as two steps: X to bytes over its range, then the layer on bytes.
enum QuantizedRecurrence {
  static func run(_ graph: inout PlanGraph) throws(ExecutionError) {
    let nodes = graph.nodes
    graph.nodes = []
    for node in nodes {
      do {
        graph.nodes += try split(node, &graph) ?? [node]
      } catch {
        throw .node(node.name, operatorName: node.operators.first ?? "", error)
      }
    }
  }

  private static func split(_ node: PlanNode, _ graph: inout PlanGraph) throws(OperatorError) -> [PlanNode]? {
    guard let operation = node.operation as? FileOperation,
      let kind = operation.operator as? DynamicQuantizeLSTM, graph.isFloat(node, 0), let x = node.inputs[0],
      let cell = RecurrentOperation.cell(kind.network),
      let operands = RecurrentOperation.operands(node, graph, kind.network),
      let layer = try RecurrentOperation.layer(
        cell, kind.network, kind.network.extents(kind.facts(graph.facts(node.inputs))), operands: operands),
      let input = try matrix(node, graph, layer, 1, notes: 8),
      let recurrence = try matrix(node, graph, layer, 2, notes: 10)
    else { return nil }
    let name = graph[x].name
    let bytes = graph.append(
      PlanValue(name: name + " as bytes", element: .uint8, dimensions: graph[x].dimensions))
    let scale = graph.append(PlanValue(name: name + ", scale", element: .float32, dimensions: []))
    let zero = graph.append(PlanValue(name: name + ", zero point", element: .uint8, dimensions: []))
    let quantizer = PlanNode(
      name: node.name, operation: DynamicQuantizationOperation(), inputs: [x], outputs: [bytes, scale, zero],
      sources: [], operators: ["DynamicQuantizeLinear"])
    func optional(_ index: Int) -> ValueID? { index < node.inputs.count ? node.inputs[index] : nil }
    var result = node
    result.operation = RecurrentOperation(
      layer: layer, input: input, recurrence: recurrence, bias: graph.constant(node, 3),
      peepholes: graph.constant(node, 7))
    result.inputs = [bytes, optional(4), optional(5), optional(6), scale, zero]
    return [quantizer, result]
  }

  private static func matrix(
    _ node: PlanNode, _ graph: PlanGraph, _ layer: RecurrentLayer, _ index: Int, notes: Int
  ) throws(OperatorError) -> RecurrentOperation.Matrix? {
    let directions = layer.directions.count
    guard let weights = graph.constant(node, index), let scales = try graph.floats(node, notes),
      [directions, directions * layer.gates * layer.hidden].contains(scales.count)
    else { return nil }
    var zeros = Array(repeating: Int32(0), count: scales.count)
    if notes + 1 < node.inputs.count, node.inputs[notes + 1] != nil {
      guard let integers = try graph.constant(node, notes + 1)?.load().integers,
        integers.count == scales.count, integers.allSatisfy({ (-128...255).contains($0) })
      else { return nil }
      zeros = integers.map { Int32($0) }
    }
    return RecurrentOperation.Matrix(
      weights: weights, quantization: RecurrentOperation.Matrix.Quantization(scales: scales, zeros: zeros))
  }
}
