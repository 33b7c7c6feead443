internal import Network

extension KernelContext {
  /// A required input of strings.
  func strings(_ index: Int) throws(OperatorError) -> StringTensor {
    guard index < inputs.count, let value = inputs[index] else { throw .missingInput(index) }
    guard case .strings(let strings) = value else { throw .shape(input: index, reason: "not strings") }
    return strings
  }
}

extension InferenceInputs {
  /// The type of a required input of strings.
  func strings(_ index: Int) throws(OperatorError) -> TensorType { try tensor(index, of: [.string]) }
}
