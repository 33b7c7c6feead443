/// The mean of each plane.
package struct GlobalAveragePool: GlobalPoolingOperator {
  package static let name = "GlobalAveragePool"

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  package func operations(window count: Int) -> Int { count }

  package func reduce<Value: Real>(_ plane: UnsafeBufferPointer<Value>) -> Value {
    plane.reduce(0, +) / Value(plane.count)
  }
}
