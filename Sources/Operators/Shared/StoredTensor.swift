package import Network

extension RuntimeValue {
  /// The content of a tensor that the file stores, copied into memory of its own.
  package init(_ tensor: Tensor, limit: Int = .max) throws(OperatorError) {
    if case .strings(let elements) = tensor.storage {
      guard tensor.elementCount == elements.count else {
        throw .unsupported("a count of strings unlike the shape")
      }
      self = .strings(
        StringTensor(
          dimensions: tensor.dimensions, elements: elements.map { String(decoding: $0, as: UTF8.self) }))
    } else {
      self = .tensor(try DenseTensor(tensor, limit: limit))
    }
  }
}

extension DenseTensor {
  /// The content of a numeric tensor that the file stores, copied into aligned memory of its own.
  package init(_ tensor: Tensor, limit: Int = .max) throws(OperatorError) {
    guard tensor.element != .string, !tensor.isMissing else { throw .unsupported("a tensor without data") }
    guard tensor.dimensions.allSatisfy({ $0 >= 0 }) else { throw .overflow }
    let result = try DenseTensor(tensor.element, tensor.dimensions, limit: limit)
    let isComplete = tensor.withBytes { bytes in
      guard bytes.count >= result.byteCount, let base = bytes.baseAddress else {
        return result.byteCount == 0
      }
      result.buffer.base.copyMemory(from: base, byteCount: result.byteCount)
      return true
    }
    guard isComplete == true else { throw .unsupported("a tensor without data") }
    self = result
  }
}
