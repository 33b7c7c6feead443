internal import Network
internal import Operators

/// Brings stored tensors into memory: in place where the file's bytes can be used as they are, as a copy where they
/// are not aligned, and with synthetic values where the file does not hold them.
enum WeightStore {
  /// The content of `tensor`, which is not one of strings.
  static func load(_ tensor: Tensor, role: SyntheticWeights.Role?) throws(OperatorError) -> DenseTensor {
    guard let expected = tensor.byteCount else { throw .overflow }
    switch tensor.storage {
    case .missing:
      return try SyntheticWeights.make(name: tensor.name, tensor.element, tensor.dimensions, role: role)
    case .strings:
      throw .unsupported("strings here")
    case .mapped(let file, let range):
      guard range.count >= expected else { throw .value(input: 0, reason: "the file holds too few bytes") }
      guard let start = file.bytes.baseAddress?.advanced(by: range.lowerBound) else { break }
      if Int(bitPattern: start) % alignment(of: tensor.element) == 0 {
        let buffer = TensorBuffer(
          borrowing: UnsafeMutableRawPointer(mutating: start), byteCount: expected, owner: file)
        return DenseTensor(tensor.element, tensor.dimensions, buffer: buffer)
      }
    case .bytes(let bytes):
      guard bytes.count >= expected else { throw .value(input: 0, reason: "the file holds too few bytes") }
    }
    return try copy(tensor, expected)
  }

  /// Gives back the memory of this tensor's bytes in the file, or of these of them.
  static func release(_ tensor: Tensor, bytes part: Range<Int>? = nil) {
    guard case .mapped(let file, let range) = tensor.storage else { return }
    let lower = range.lowerBound + (part?.lowerBound ?? 0)
    let upper = part.map { min(range.lowerBound + $0.upperBound, range.upperBound) } ?? range.upperBound
    if lower < upper { file.release(lower..<upper) }
  }

  private static func copy(_ tensor: Tensor, _ byteCount: Int) throws(OperatorError) -> DenseTensor {
    let copy = try DenseTensor(tensor.element, tensor.dimensions)
    _ = tensor.withBytes { bytes in
      UnsafeMutableRawBufferPointer(start: copy.buffer.base, count: byteCount)
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(byteCount)))
    }
    return copy
  }

  private static func alignment(of element: ElementType) -> Int {
    element == .complex128 || element == .complex64 ? 8 : max(element.bits / 8, 1)
  }
}
