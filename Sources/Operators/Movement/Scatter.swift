internal import Network

/// The old name of `ScatterElements`.
struct Scatter: ScatterOperator {
  static let name = "Scatter"
  private let elements: ScatterElements
  var reduction: ScatterReduction { .none }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    elements = try ScatterElements(attributes)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] { try elements.infer(inputs) }

  func forEachUpdate(
    _ context: KernelContext, _ write: (_ to: Int, _ from: Int, _ count: Int) -> Void
  ) throws(OperatorError) { try elements.forEachUpdate(context, write) }
}
