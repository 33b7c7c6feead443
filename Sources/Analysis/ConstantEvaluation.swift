internal import Network
internal import Operators

/// Computes constants that inference left alone for their size, such as the mask of a long sequence.
struct ConstantEvaluation {
  private let inferred: InferredGraph
  /// Results of the evaluation under way.
  private var results: [ValueID: DenseTensor] = [:]
  /// Bytes that further results may take, over all evaluations.
  private var budget = 256 << 20

  /// Bytes of one result.
  private static let resultBytes = 32 << 20
  /// Nodes between a constant and what is stored or known.
  private static let depth = 100

  init(_ inferred: InferredGraph) { self.inferred = inferred }

  /// The content of a constant value; nil where it is too large, or made in a way that is not computed here.
  mutating func content(of value: ValueID) -> DenseTensor? {
    defer { results = [:] }
    return evaluate(value, depth: 0)
  }

  private mutating func evaluate(_ value: ValueID, depth: Int) -> DenseTensor? {
    if let known = inferred.facts[value.index]?.constant ?? results[value] { return known }
    guard inferred.isConstant[value.index], depth < Self.depth,
      let bytes = inferred.tensor(value)?.byteCount, bytes <= min(Self.resultBytes, budget)
    else { return nil }
    switch inferred.graph[value].origin {
    case .initializer(let tensor):
      budget -= bytes
      results[value] = tensor.content
    case .node:
      if let producer = inferred.graph[value].producer { run(producer, depth) }
    case .input, .captured: break
    }
    return results[value]
  }

  private mutating func run(_ id: NodeID, _ depth: Int) {
    let node = inferred.graph[id]
    guard let kind = inferred.operators[id.index], inferred.captures[id] == nil else { return }
    var inputs: [RuntimeValue?] = []
    for input in node.inputs {
      guard let input else {
        inputs.append(nil)
        continue
      }
      guard let tensor = evaluate(input, depth: depth + 1) else { return }
      inputs.append(.tensor(tensor))
    }
    let context = KernelContext(
      inputs: inputs, outputCount: node.outputs.count, limit: min(Self.resultBytes, budget))
    guard (try? kind.run(context)) != nil else { return }
    for (output, result) in zip(node.outputs, context.outputs) {
      guard let output, let tensor = result?.tensor else { continue }
      budget -= tensor.byteCount
      results[output] = tensor
    }
  }
}
