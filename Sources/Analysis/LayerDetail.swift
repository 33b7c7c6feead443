internal import Network
internal import Operators

/// What a layer's figures depend on, in words: `3×3 / 2, 64 → 128, groups 32`.
struct LayerDetail {
  private let node: Node
  /// What is known of the graph's values.
  private let facts: [Fact?]
  private let isConstant: [Bool]

  static func text(_ layer: LayerNodes, _ inferred: InferredGraph) -> String {
    LayerDetail(node: inferred.graph[layer.primary], facts: inferred.facts, isConstant: inferred.isConstant)
      .text
  }

  private var text: String {
    switch node.operatorName {
    case "Conv", "ConvInteger", "ConvTranspose", "FusedConv": convolution(weight: 1)
    case "QLinearConv": convolution(weight: 3)
    case "MaxPool", "AveragePool", "LpPool": list([window(integers("kernel_shape")), dilation])
    case "Gemm", "MatMul", "MatMulInteger": product(0, 1)
    case "QLinearMatMul", "QGemm": product(0, 3)
    case "LSTM", "GRU", "RNN": recurrent
    case "Gather": table
    case "Concat": list(["\(node.inputs.count) tensors", axis])
    case "Softmax", "LogSoftmax", "Split", "LayerNormalization": axis
    case "Transpose": integers("perm").map { $0.map(String.init).joined(separator: ", ") } ?? ""
    case "Resize", "Upsample":
      extents(0).flatMap { from in output.map { "\(spatial(from)) → \(spatial($0))" } } ?? ""
    default: ""
    }
  }

  private func attribute(_ name: String) -> Attribute.Value? {
    node.attributes.first(where: { $0.name == name })?.value
  }

  private func integers(_ name: String) -> [Int]? {
    if case .integers(let values) = attribute(name) { values } else { nil }
  }

  private func integer(_ name: String) -> Int? {
    if case .integer(let value) = attribute(name) { value } else { nil }
  }

  private func extents(_ input: Int) -> [Int]? {
    guard input < node.inputs.count, let value = node.inputs[input] else { return nil }
    return facts[value.index]?.tensor?.shape?.known
  }

  private func isKnown(_ input: Int) -> Bool {
    guard let value = node.inputs[input], let shape = facts[value.index]?.tensor?.shape else { return false }
    return shape.dimensions.allSatisfy { $0 != nil }
  }

  private var output: [Int]? {
    guard case let output?? = node.outputs.first else { return nil }
    return facts[output.index]?.tensor?.shape?.known
  }

  private func times(_ extents: some Sequence<Int>) -> String {
    extents.map(String.init).joined(separator: "×")
  }

  private func spatial(_ extents: [Int]) -> String { times(extents.dropFirst(2)) }

  private func list(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: ", ") }

  private var axis: String { integer("axis").map { "axis \($0)" } ?? "" }

  /// Kernel and strides, for example `3×3 / 2`.
  private func window(_ kernel: [Int]?) -> String {
    guard let kernel else { return "" }
    guard let strides = integers("strides"), strides.contains(where: { $0 != 1 }) else {
      return times(kernel)
    }
    let step = strides.allSatisfy { $0 == strides[0] } ? "\(strides[0])" : times(strides)
    return "\(times(kernel)) / \(step)"
  }

  private var dilation: String {
    guard let dilations = integers("dilations"), dilations.contains(where: { $0 != 1 }) else { return "" }
    return "dilation " + (dilations.allSatisfy { $0 == dilations[0] } ? "\(dilations[0])" : times(dilations))
  }

  /// The groups into which a convolution divides its channels; nil for other operators.
  static func groups(of node: Node) -> Int? {
    switch node.operatorName {
    case "Conv", "ConvInteger", "ConvTranspose", "DeformConv", "FusedConv", "QLinearConv": break
    default: return nil
    }
    for attribute in node.attributes where attribute.name == "group" {
      if case .integer(let groups) = attribute.value { return groups }
    }
    return 1
  }

  private func convolution(weight: Int) -> String {
    guard let kernel = extents(weight), kernel.count > 2 else { return "" }
    let groups = integer("group") ?? 1
    let isTransposed = node.operatorName == "ConvTranspose"
    let (scaledIn, overflowIn) = kernel[1].multipliedReportingOverflow(by: groups)
    guard !overflowIn else { return "" }
    let (input, result) = isTransposed ? (kernel[0], scaledIn) : (scaledIn, kernel[0])
    let grouping =
      groups == 1 ? "" : groups == input && groups == result ? "depthwise" : "groups \(groups)"
    return list([window(Array(kernel.dropFirst(2))), "\(input) → \(result)", grouping, dilation])
  }

  /// `in → out` for a stored matrix, the two shapes for a product of activations.
  private func product(_ left: Int, _ right: Int) -> String {
    guard left < node.inputs.count, right < node.inputs.count, let second = node.inputs[right],
      isKnown(left), let b = extents(right)
    else { return "" }
    guard isConstant[second.index], b.count == 2 else {
      return extents(left).map { "[\(times($0))] · [\(times(b))]" } ?? ""
    }
    return integer("transB") == 1 ? "\(b[1]) → \(b[0])" : "\(b[0]) → \(b[1])"
  }

  private var recurrent: String {
    guard let weight = extents(1), weight.count == 3, let hidden = integer("hidden_size") else { return "" }
    return list(["\(weight[2]) → \(hidden)", weight[0] == 2 ? "bidirectional" : ""])
  }

  /// A lookup in a stored table, for example `30522 × 768`.
  private var table: String {
    guard case let data?? = node.inputs.first, isConstant[data.index], let shape = extents(0),
      shape.count == 2
    else { return axis }
    return "\(shape[0]) × \(shape[1])"
  }
}
