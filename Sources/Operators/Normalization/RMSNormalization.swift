/// Root-mean-square normalisation with one output.
package struct RMSNormalization: RootMeanSquareNormalization {
  package static let name = "RMSNormalization"
  package let rows: RowNormalization

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    rows = try RowNormalization(attributes)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [try facts(inputs).result]
  }
}
