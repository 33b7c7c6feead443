internal import Kernels
internal import Network
internal import Operators

/// Finds activations: those that are one operator, and those that are spelled out in several, such as `x * sigmoid(x)`
/// or a GELU by Erf.
enum ActivationRecognition {
  static func run(_ graph: inout PlanGraph) {
    for index in graph.nodes.indices {
      guard let function = function(of: graph.nodes[index], graph) else { continue }
      let fallback = graph.nodes[index].operation.fallback
      graph.nodes[index].operation = UnaryOperation(function: function, fallback: fallback)
      graph.nodes[index].inputs = [graph.nodes[index].inputs[0]]
    }
  }

  static func function(of node: PlanNode, _ graph: PlanGraph) -> UnaryFunction? {
    guard let name = node.fileOperator, let attributes = node.attributes, graph.isFloat(node, 0),
      graph.dimensions(node, 0) != nil
    else { return nil }
    func number(_ name: String, _ fallback: Float) -> Float {
      (try? attributes.float(name, default: fallback)) ?? fallback
    }
    switch name {
    case "Relu": return .relu
    case "Sigmoid": return .sigmoid
    case "Tanh": return .hyperbolicTangent
    case "LeakyRelu": return .leakyRelu(slope: number("alpha", 0.01))
    case "HardSigmoid": return .hardSigmoid(alpha: number("alpha", 0.2), beta: number("beta", 0.5))
    case "HardSwish": return .hardSwish
    case "Gelu": return (try? attributes.string("approximate", default: "none")) == "tanh" ? .geluTanh : .gelu
    case "Erf": return .errorFunction
    case "Exp": return .exponential
    case "Log": return .logarithm
    case "Sqrt": return .squareRoot
    case "Neg": return .negate
    case "Abs": return .absolute
    case "Reciprocal": return .reciprocal
    case "Floor": return .floor
    case "Ceil": return .ceiling
    case "Sin": return .sine
    case "Cos": return .cosine
    case "Softplus": return .softplus
    case "Softsign": return .softsign
    case "Mish": return .mish
    case "Elu": return .elu(alpha: number("alpha", 1))
    case "Clip": return clip(node, graph, attributes)
    default: return nil
    }
  }

  private static func clip(_ node: PlanNode, _ graph: PlanGraph, _ attributes: AttributeReader)
    -> UnaryFunction?
  {
    func bound(_ input: Int, _ name: String, _ fallback: Float) -> Float? {
      if let value = (try? attributes.float(name)) ?? nil { return value }
      guard input < node.inputs.count, node.inputs[input] != nil else { return fallback }
      return ((try? graph.floats(node, input)) ?? nil)?.first
    }
    guard let low = bound(1, "min", -.infinity), let high = bound(2, "max", .infinity) else { return nil }
    return .clamp(low: low, high: high)
  }
}
