internal import Kernels

/// The p-norm of each window: `(sum |x|^p)^(1/p)`.
package struct LpPool: PoolingOperator, RealOperator {
  package static let name = "LpPool"
  package let window: WindowAttributes
  package let norm: Norm

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    window = try WindowAttributes(attributes, needsKernel: true)
    norm = try Norm(attributes)
  }

  package func operations(window count: Int) -> Int { 2 * count }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let geometry = try geometry(call.dimensions(0))
    let source = try call.values(0)
    let target = try call.results(0)
    if target.isEmpty { return }
    let runs = geometry.runs
    target.update(repeating: 0)
    let (inputPlane, outputPlane) = (geometry.inputCount, geometry.outputCount)
    let planes = try call.dimensions(0)[0] * call.dimensions(0)[1]
    for plane in 0..<planes {
      let (from, to) = (plane * inputPlane, plane * outputPlane)
      for run in runs {
        for index in 0..<run.count {
          target[to + run.output + index] += norm.term(source[from + run.input + index * run.step])
        }
      }
      for index in 0..<outputPlane { target[to + index] = norm.root(target[to + index]) }
    }
  }
}

/// The exponent of a p-norm: a float in the first version of the operators, an integer later, 2 where it is left out.
package struct Norm: Sendable, Equatable {
  package let exponent: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    if attributes.version < 2 {
      exponent = try attributes.float("p", default: 2)
    } else {
      exponent = Float(try attributes.integer("p", default: 2))
    }
    guard exponent > 0 else { throw .attributeValue("p", reason: "\(exponent) is not positive") }
  }

  @inline(__always)
  func term<Value: Real>(_ x: Value) -> Value {
    if exponent == 2 { return x * x }
    return exponent == 1 ? abs(x) : Value.pow(abs(x), Value(exponent))
  }

  @inline(__always)
  func root<Value: Real>(_ total: Value) -> Value {
    if exponent == 2 { return total.squareRoot() }
    return exponent == 1 ? total : Value.pow(total, 1 / Value(exponent))
  }
}
