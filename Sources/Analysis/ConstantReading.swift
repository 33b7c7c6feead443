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

extension Tensor {
  /// Whether this hides scores from a softmax: a matrix of zeros and of one number that is as good as minus infinity beside them
  /// (Swin's is -100). What is learned differs at the first element or two, so that hardly anything is read.
  var isMask: Bool {
    guard element == .float32, dimensions.count >= 2, dimensions.suffix(2).allSatisfy({ $0 > 1 }),
      let count = elementCount, count <= ConstantLimits.mask
    else { return false }
    return withBytes { source -> Bool in
      guard source.count >= count * 4 else { return false }
      var hidden: Float?
      for index in 0..<count {
        let score = source.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
        if score == 0 || score == hidden { continue }
        guard hidden == nil, score <= -10 else { return false }
        hidden = score
      }
      return hidden != nil
    } ?? false
  }
}

extension Tensor {
  /// Whether all of a small tensor is one number, in the type that it is stored in.
  func isFilled(with number: Float) -> Bool {
    guard let count = elementCount, count <= ConstantLimits.filler else { return false }
    if number == 0 { return withBytes { $0.allSatisfy { $0 == 0 } } ?? false }
    guard element == .float32 else { return false }
    let pattern = number.bitPattern.littleEndian
    return withBytes { bytes in
      stride(from: 0, to: bytes.count - 3, by: 4).allSatisfy {
        bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self) == pattern
      }
    } ?? false
  }
}

/// How much constant data inference carries along.
enum ConstantLimits {
  static let integers = 4096
  static let floats = 64
  /// Elements of what an exporter fills in.
  static let filler = 1 << 16
  /// Elements of a stored mask.
  static let mask = 1 << 22
  /// Bytes of one result of folding.
  static let foldedBytes = 64 << 10
}
