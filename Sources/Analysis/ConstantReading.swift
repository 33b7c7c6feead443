internal import Network
internal import Operators

extension Tensor {
  /// The data in memory if the tensor is one that shapes may be made of: integers up to a few thousand, floats up to a
  /// few dozen. Weights are never read.
  var smallConstant: DenseTensor? {
    guard let count = elementCount else { return nil }
    let limit = element.isFloatingPoint ? ConstantLimits.floats : ConstantLimits.integers
    return count <= limit ? content : nil
  }

  /// All of the data in memory; nil where it is not there, or is text.
  var content: DenseTensor? {
    guard let bytes = byteCount, element != .string else { return nil }
    return withBytes { source -> DenseTensor? in
      guard source.count >= bytes else { return nil }
      let buffer = TensorBuffer(byteCount: bytes)
      if let start = source.baseAddress, bytes > 0 { buffer.base.copyMemory(from: start, byteCount: bytes) }
      return DenseTensor(element, dimensions, buffer: buffer)
    } ?? nil
  }
}

/// How much constant data inference carries along.
enum ConstantLimits {
  static let integers = 4096
  static let floats = 64
  /// Bytes of one result of folding.
  static let foldedBytes = 64 << 10
}
