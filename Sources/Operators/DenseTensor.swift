package import Network

/// A tensor in memory: dense, row-major, in the machine's own byte order.
///
/// The buffer is shared by copies, like a file's content and unlike an array's: kernels write their outputs once and
/// nobody writes afterwards.
package struct DenseTensor: Sendable {
  package let element: ElementType
  package let dimensions: [Int]
  package let buffer: TensorBuffer

  package init(_ element: ElementType, _ dimensions: [Int], buffer: TensorBuffer) {
    self.element = element
    self.dimensions = dimensions
    self.buffer = buffer
  }

  /// A tensor with new memory, zeroed. Refuses sizes above `limit` bytes before anything is allocated.
  package init(_ element: ElementType, _ dimensions: [Int], limit: Int = .max) throws(OperatorError) {
    guard let count = Shape(dimensions).elementCount, let bytes = element.byteCount(of: count) else {
      throw .overflow
    }
    guard bytes <= limit else { throw .tooLarge(bytes: bytes, limit: limit) }
    self.init(element, dimensions, buffer: TensorBuffer(byteCount: bytes))
  }

  /// The product of the extents, which the initialisers have checked.
  package var elementCount: Int { dimensions.reduce(1, &*) }
  package var rank: Int { dimensions.count }
  package var byteCount: Int { buffer.byteCount }
  package var type: TensorType { TensorType(element, Shape(dimensions)) }

  /// The same elements under other extents, whose product is the same.
  package func reshaped(_ dimensions: [Int]) -> DenseTensor {
    precondition(dimensions.reduce(1, &*) == elementCount, "a view has as many elements as its tensor")
    return DenseTensor(element, dimensions, buffer: buffer)
  }

  /// The elements as values of `Element`, whose size must be that of this tensor's own type.
  package func elements<Element: BitwiseCopyable>(as _: Element.Type = Element.self) -> UnsafeBufferPointer<
    Element
  > {
    UnsafeBufferPointer(mutableElements(as: Element.self))
  }

  /// The elements for writing; only who made the tensor writes it.
  package func mutableElements<Element: BitwiseCopyable>(
    as _: Element.Type = Element.self
  ) -> UnsafeMutableBufferPointer<Element> {
    precondition(element.bits == MemoryLayout<Element>.size * 8, "elements are read as their own size")
    return UnsafeMutableBufferPointer(
      start: buffer.base.assumingMemoryBound(to: Element.self), count: elementCount)
  }

  /// All elements as integers; nil unless the type is an integer of 8 bits or more, or bool. Unsigned values above
  /// `Int.max` have no place here either.
  package var integers: [Int]? {
    switch element {
    case .int64: elements(as: Int64.self).map(Int.init)
    case .int32: elements(as: Int32.self).map(Int.init)
    case .int16: elements(as: Int16.self).map(Int.init)
    case .int8: elements(as: Int8.self).map(Int.init)
    case .uint8, .bool: elements(as: UInt8.self).map(Int.init)
    case .uint16: elements(as: UInt16.self).map(Int.init)
    case .uint32: elements(as: UInt32.self).map(Int.init)
    case .uint64: uint64s
    default: nil
    }
  }

  private var uint64s: [Int]? {
    let values = elements(as: UInt64.self)
    return values.allSatisfy { $0 <= UInt64(Int.max) } ? values.map(Int.init) : nil
  }

  package static func int64(_ values: [Int], _ dimensions: [Int]? = nil) -> DenseTensor {
    let tensor = DenseTensor(
      .int64, dimensions ?? [values.count], buffer: TensorBuffer(byteCount: values.count * 8))
    let elements = tensor.mutableElements(as: Int64.self)
    for (index, value) in values.enumerated() { elements[index] = Int64(value) }
    return tensor
  }

  package static func float32(_ values: [Float], _ dimensions: [Int]? = nil) -> DenseTensor {
    let tensor = DenseTensor(
      .float32, dimensions ?? [values.count], buffer: TensorBuffer(byteCount: values.count * 4))
    _ = tensor.mutableElements(as: Float.self).update(fromContentsOf: values)
    return tensor
  }
}

/// Memory of one tensor, 64-byte aligned, freed with its last user.
///
/// A class because the memory has an identity: views share it. Sendable because it is written by its maker before anyone
/// else sees it.
package final class TensorBuffer: @unchecked Sendable {
  package let base: UnsafeMutableRawPointer
  package let byteCount: Int
  private let owner: AnyObject?
  private let isOwned: Bool

  /// New memory, zeroed, with 64 bytes of room behind the end for kernels that read whole vectors.
  package init(byteCount: Int) {
    base = .allocate(byteCount: byteCount + 64, alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount + 64)
    self.byteCount = byteCount
    owner = nil
    isOwned = true
  }

  /// Memory that belongs to `owner`, for example a mapped file or an arena.
  package init(borrowing base: UnsafeMutableRawPointer, byteCount: Int, owner: AnyObject?) {
    self.base = base
    self.byteCount = byteCount
    self.owner = owner
    isOwned = false
  }

  deinit {
    if isOwned { base.deallocate() }
  }
}
