/// Every operator of this build. Adding one is a file and a line here; a test compares this list with the folder.
package enum OperatorRegistry {
  package static let all: [any Operator.Type] = activation + shape

  static let activation: [any Operator.Type] = [Relu.self]
  static let shape: [any Operator.Type] = [ShapeOperator.self]

  private static let byName: [Key: any Operator.Type] = Dictionary(
    all.map { (Key(domain: $0.domain, name: $0.name), $0) }, uniquingKeysWith: { first, _ in first })

  private struct Key: Hashable {
    let domain: String
    let name: String
  }

  /// The operator of this name; `ai.onnx` is another spelling of the empty domain.
  package static func find(domain: String, name: String) -> (any Operator.Type)? {
    byName[Key(domain: domain == "ai.onnx" ? "" : domain, name: name)]
  }
}
