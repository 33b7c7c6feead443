/// Root-mean-square normalisation as ONNX Runtime writes it into the main domain: the inverse root is a second output.
package struct SimplifiedLayerNormalization: RootMeanSquareNormalization {
  package static let name = "SimplifiedLayerNormalization"
  package let rows: RowNormalization

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    rows = try RowNormalization(attributes)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (result, inverses) = try facts(inputs)
    return [result, inverses]
  }
}
