/// Root-mean-square normalisation of a sum.
package struct SkipSimplifiedLayerNormalization: SkipNormalization {
  package static let name = "SkipSimplifiedLayerNormalization"
  package static let isCentred = false
  package static let betaIndex: Int? = nil
  package static let biasIndex = 3
  package let epsilon: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    epsilon = try attributes.float("epsilon", default: 1e-12)
  }
}
