/// The greatest element of each plane.
package struct GlobalMaxPool: GlobalPoolingOperator {
  package static let name = "GlobalMaxPool"

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  package func operations(window count: Int) -> Int { count - 1 }

  package func reduce<Value: Real>(_ plane: UnsafeBufferPointer<Value>) -> Value {
    plane.reduce(-Value.infinity) { max($0, $1) }
  }
}
