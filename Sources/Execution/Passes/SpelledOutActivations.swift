internal import Kernels
internal import Network
internal import Operators

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds activations that are spelled out in several nodes, such as `x * sigmoid(x)` or a GELU by Erf, however they
/// are spelled: the nodes are run on sample points and the result is compared with the functions that kernels have.
enum SpelledOutActivations {
  /// A GELU by Tanh has eight nodes.
  private static let longest = 12

  static func run(_ graph: inout PlanGraph) {
    let consumers = graph.consumers()
    var removed: Set<Int> = []
    for value in graph.values.indices {
      let regions = regions(behind: ValueID(value), graph, consumers)
      guard let (region, function) = longestMatch(regions, of: ValueID(value), graph),
        !region.nodes.contains(where: removed.contains), let last = region.nodes.last
      else { continue }
      graph.nodes[last].operation = UnaryOperation(function: function, fallback: nil)
      graph.nodes[last].inputs = [ValueID(value)]
      graph.nodes[last].sources = region.nodes.flatMap { graph.nodes[$0].sources }
      graph.nodes[last].operators = region.nodes.flatMap { graph.nodes[$0].operators }
      removed.formUnion(region.nodes.dropLast())
    }
    graph.nodes = graph.nodes.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
  }

  private struct Region {
    /// In order of execution; the last makes the result.
    var nodes: [Int]
  }

  /// Groups of element-by-element nodes that read only `value` and single constants, that nothing of `value` escapes
  /// from, and that have one result: each begins with the one before it.
  private static func regions(behind value: ValueID, _ graph: PlanGraph, _ consumers: [[Int]]) -> [Region] {
    guard graph[value].constant == nil, graph[value].element == .float32, graph[value].dimensions != nil,
      !consumers[value.index].isEmpty, consumers[value.index].count < longest, !graph.isOutput(value)
    else { return [] }
    var inside: Set<ValueID> = [value]
    var pending = Set(consumers[value.index])
    var unread = consumers[value.index].count
    var nodes: [Int] = []
    var regions: [Region] = []
    while let next = pending.min(), nodes.count < longest {
      pending.remove(next)
      let node = graph.nodes[next]
      guard fits(node, graph, like: value, inside), let output = node.output else { return regions }
      nodes.append(next)
      unread -= node.inputs.count { $0.map(inside.contains) ?? false }
      if unread == 0 { regions.append(Region(nodes: nodes)) }
      if graph.isOutput(output) { return regions }
      inside.insert(output)
      unread += consumers[output.index].count
      pending.formUnion(consumers[output.index])
    }
    return regions
  }

  private static func longestMatch(
    _ regions: [Region], of value: ValueID, _ graph: PlanGraph
  ) -> (Region, UnaryFunction)? {
    for region in regions.reversed() where region.nodes.count > 1 {
      if let function = function(region, of: value, graph) { return (region, function) }
    }
    return nil
  }

  private static func fits(_ node: PlanNode, _ graph: PlanGraph, like value: ValueID, _ inside: Set<ValueID>)
    -> Bool
  {
    guard let operation = node.operation as? FileOperation, let output = node.output, node.outputs.count == 1,
      operation.operator.role == .activation || operation.operator.role == .elementwise,
      graph[output].dimensions == graph[value].dimensions, graph[output].element == .float32
    else { return false }
    return node.inputs.allSatisfy { input in
      guard let input else { return true }
      if inside.contains(input) { return true }
      return graph[input].constant != nil && graph[input].dimensions?.reduce(1, *) == 1
    }
  }

  private static func function(_ region: Region, of value: ValueID, _ graph: PlanGraph) -> UnaryFunction? {
    let points = (-160...160).map { Float($0) / 16 }
    var values: [ValueID: RuntimeValue] = [value: .tensor(.float32(points))]
    for index in region.nodes {
      let node = graph.nodes[index]
      guard let operation = node.operation as? FileOperation, let output = node.output else { return nil }
      var inputs: [RuntimeValue?] = []
      for input in node.inputs {
        guard let input else {
          inputs.append(nil)
          continue
        }
        let constant = try? graph[input].constant?.load()
        guard let known = values[input] ?? constant.map({ .tensor($0) }) else { return nil }
        inputs.append(known)
      }
      let context = KernelContext(inputs: inputs, outputCount: 1)
      guard (try? operation.operator.run(context)) != nil, let result = context.outputs[0] else { return nil }
      values[output] = result
      if index == region.nodes.last, let tensor = result.tensor, tensor.elementCount == points.count {
        let results = Array(tensor.elements(as: Float.self))
        return candidates.first { matches($0.value, points, results) }?.function
      }
    }
    return nil
  }

  private static let candidates: [(function: UnaryFunction, value: @Sendable (Double) -> Double)] = [
    (.silu(), { $0 / (1 + exp(-$0)) }),
    (.gelu, { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }),
    (.geluTanh, { $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) / 2 }),
    (.hardSwish, { $0 * max(0, min(1, $0 / 6 + 0.5)) }),
    (.hardSigmoid(alpha: 1 / 6, beta: 0.5), { max(0, min(1, $0 / 6 + 0.5)) }),
    (.mish, { $0 * tanh(log1p(exp($0))) }),
    (.silu(scale: 1.702), { $0 / (1 + exp(-1.702 * $0)) }),
    (.softsign, { $0 / (1 + abs($0)) }),
  ]

  private static func matches(_ function: (Double) -> Double, _ points: [Float], _ results: [Float]) -> Bool {
    zip(points, results).allSatisfy { point, result in
      abs(function(Double(point)) - Double(result)) <= 4e-6 * max(1, abs(Double(point)))
    }
  }
}
