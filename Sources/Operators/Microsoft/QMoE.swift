internal import Network

/// A mixture of experts with quantised weights. Described, not run.
package struct QMoE: Operator {
  package static let name = "QMoE"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let experts: ExpertLayers

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    let bits = try attributes.integer("expert_weight_bits", default: 4)
    guard bits == 2 || bits == 4 || bits == 8 else {
      throw .attributeValue("expert_weight_bits", reason: "\(bits) is not 2, 4 or 8")
    }
    experts = try ExpertLayers(attributes, layers: [2, 5, 8], packing: 8 / bits)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] { try experts.infer(inputs) }
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try experts.cost(inputs)
  }
  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }
}
