package import Network

/// A unary operator of floating-point numbers: a file gives its name and the function, the rest is the same for all.
package protocol ActivationFunction: UnaryOperator, RealOperator {
  /// Element types that the operator is defined for.
  static var elementTypes: [ElementType] { get }
  /// The function. Write `@inline(__always)` before it: it is the body of the loop.
  func apply<Value: Real>(_ x: Value) -> Value
}

extension ActivationFunction {
  package static var elementTypes: [ElementType] { ElementType.reals }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.tensor(try inputs.tensor(0, of: Self.elementTypes)))]
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let source = try call.values(0)
    let target = try call.results(0)
    for index in source.indices { target[index] = apply(source[index]) }
  }
}
