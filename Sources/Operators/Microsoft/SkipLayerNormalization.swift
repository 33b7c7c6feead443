/// Layer normalisation of a sum.
package struct SkipLayerNormalization: SkipNormalization {
  package static let name = "SkipLayerNormalization"
  package static let isCentred = true
  package static let betaIndex: Int? = 3
  package static let biasIndex = 4
  package let epsilon: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    epsilon = try attributes.float("epsilon", default: 1e-12)
  }
}
