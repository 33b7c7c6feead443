package import Network

/// The partial derivatives of one value of the graph with respect to others, at the values that the inputs give them. Those of a
/// value of several elements are of their sum.
///
/// The analysis puts nodes in its place, the derivatives of the operators between. What is left as this operator could not be
/// differentiated: it has types, and does not run.
package struct Gradient: Operator {
  package static let name = "Gradient"
  package static let domain = "ai.onnx.preview.training"
  /// Names of the values to differentiate by.
  package let independents: [String]
  /// Names of the others that `dependent` follows from.
  package let parameters: [String]
  /// Name of the value that is differentiated.
  package let dependent: String
  private let obstacle: String

  /// The attributes that name values of the graph around the node.
  package static let namingAttributes = ["xs", "zs", "y"]
  private static let obstacleAttribute = "assay_obstacle"

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let xs = try attributes.strings("xs") else { throw .missingAttribute("xs") }
    guard let y = try attributes.string("y") else { throw .missingAttribute("y") }
    (independents, parameters, dependent) = (xs, try attributes.strings("zs") ?? [], y)
    guard !xs.isEmpty else { throw .attributeValue("xs", reason: "no names") }
    var known: Set<String> = []
    for name in xs + parameters {
      guard !name.isEmpty else { throw .attributeValue("xs", reason: "an empty name") }
      guard known.insert(name).inserted else {
        throw .attributeValue("xs", reason: "'\(name)' is named twice")
      }
    }
    guard !y.isEmpty else { throw .attributeValue("y", reason: "an empty name") }
    guard attributes.inputCount >= known.count else { throw .missingInput(attributes.inputCount) }
    guard attributes.inputCount == known.count, attributes.outputCount <= xs.count else {
      throw .attributeValue("xs", reason: "does not fit the inputs or the outputs")
    }
    obstacle = try attributes.string(Self.obstacleAttribute) ?? "gradients in nested graphs"
  }

  /// Whether a node is of this kind, without looking it up.
  package static func isCalled(by node: Node) -> Bool { node.operatorName == name && node.domain == domain }

  /// The node with the reason why it could not be differentiated, which its run gives.
  package static func node(_ node: Node, heldBy obstacle: String) -> Node {
    var node = node
    node.attributes.removeAll { $0.name == obstacleAttribute }
    node.attributes.append(Attribute(obstacleAttribute, .string(Array(obstacle.utf8))))
    return node
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    var facts: [Fact] = []
    for index in independents.indices {
      let type = try inputs.tensor(index)
      guard type.element.isFloatingPoint else { throw .elementType(input: index, found: type.element) }
      facts.append(Fact(.tensor(type)))
    }
    return facts
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }
  package func run(_ context: KernelContext) throws(OperatorError) { throw .unsupported(obstacle) }
}
