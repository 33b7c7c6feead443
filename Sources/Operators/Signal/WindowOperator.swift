internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A window made of cosines: `sum(coefficients[k] * cos(2 pi k n / N))`, where N is the size, or one less for a
/// symmetric window.
protocol WindowOperator: Operator {
  var shape: WindowShape { get }
  static var coefficients: [Double] { get }
}

struct WindowShape: Sendable {
  let isPeriodic: Bool
  let element: ElementType

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isPeriodic = try attributes.flag("periodic", default: true)
    element = try attributes.elementType("output_datatype") ?? .float32
  }
}

extension WindowOperator {
  package var role: Role { .constant }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard case .known(let size) = try IntegersParameter.input(0).content(inputs) else {
      _ = try inputs.required(0)
      return [Fact(shape.element, [nil])]
    }
    guard size.count == 1, size[0] >= 0 else { throw .value(input: 0, reason: "not a size") }
    return [Fact(shape.element, [size[0]])]
  }

  /// A cosine, a multiplication and an addition for each coefficient.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 3 * Self.coefficients.count)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    let length = Double(shape.isPeriodic ? output.elementCount : output.elementCount - 1)
    output.store(
      (0..<output.elementCount).map { position in
        let angle = length == 0 ? 0 : 2 * Double.pi * Double(position) / length
        return Self.coefficients.enumerated().reduce(0) { $0 + $1.element * cos(Double($1.offset) * angle) }
      })
  }
}
