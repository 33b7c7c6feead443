internal import Kernels
internal import Network

/// The mean of each window. Padding counts as zeros where the attribute says so, and is left out otherwise.
package struct AveragePool: PoolingOperator, RealOperator {
  package static let name = "AveragePool"
  package let window: WindowAttributes
  package let countsPadding: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    window = try WindowAttributes(attributes, needsKernel: true)
    countsPadding = try attributes.flag("count_include_pad")
  }

  package func operations(window count: Int) -> Int { count }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let geometry = try geometry(call.dimensions(0))
    let source = try call.values(0)
    let target = try call.results(0)
    if target.isEmpty { return }
    let runs = geometry.runs
    let counts = (0..<geometry.rank).map { geometry.counts($0, includingPadding: countsPadding) }
    let scales = Self.scales(counts, as: Value.self)
    target.update(repeating: 0)
    let (inputPlane, outputPlane) = (geometry.inputCount, geometry.outputCount)
    let planes = try call.dimensions(0)[0] * call.dimensions(0)[1]
    for plane in 0..<planes {
      let (from, to) = (plane * inputPlane, plane * outputPlane)
      for run in runs {
        for index in 0..<run.count {
          target[to + run.output + index] += source[from + run.input + index * run.step]
        }
      }
      for index in 0..<outputPlane { target[to + index] *= scales[index] }
    }
  }

  /// One over the number of elements of each window: the product of those along each axis.
  private static func scales<Value: Real>(_ counts: [[Int]], as _: Value.Type) -> [Value] {
    var products = [1]
    for axis in counts {
      products = products.flatMap { outer in axis.map { outer * $0 } }
    }
    return products.map { $0 == 0 ? 0 : 1 / Value($0) }
  }
}
