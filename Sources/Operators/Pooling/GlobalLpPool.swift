/// The p-norm of each plane.
package struct GlobalLpPool: GlobalPoolingOperator {
  package static let name = "GlobalLpPool"
  package let norm: Norm

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    norm = try Norm(attributes)
  }

  package func operations(window count: Int) -> Int { 2 * count }

  package func reduce<Value: Real>(_ plane: UnsafeBufferPointer<Value>) -> Value {
    norm.root(plane.reduce(0) { $0 + norm.term($1) })
  }
}
