/// A tensor that the file stores: a weight, a constant, an attribute. Its data stays where it is until asked for.
@usableFromInline
package struct Tensor: Sendable {
  package var name: String
  @usableFromInline package var element: ElementType
  /// All extents are known and not negative.
  @usableFromInline package var dimensions: [Int]
  package var storage: Storage

  @usableFromInline
  package enum Storage: Sendable {
    /// Little-endian, row-major, sub-byte types packed from the low bits up: `range` of a mapped file.
    case mapped(MappedFile, Range<Int>)
    /// The same encoding, decoded from a form that the file does not store raw.
    case bytes([UInt8])
    /// Elements of type string.
    case strings([[UInt8]])
    /// Type and shape are known, the data is not there: an external file that is absent, or a text without data.
    case missing(MissingData)
  }

  @usableFromInline
  package enum MissingData: Sendable, Hashable {
    /// The file names an external file that is not in its folder.
    case externalFile(location: String)
    /// The file declares the tensor without giving its data.
    case notGiven
  }

  package init(name: String = "", element: ElementType, dimensions: [Int], storage: Storage) {
    self.name = name
    self.element = element
    self.dimensions = dimensions
    self.storage = storage
  }

  package var type: TensorType { TensorType(element, Shape(dimensions)) }
  @inlinable package var elementCount: Int? { Shape.elementCount(of: dimensions) }
  @inlinable package var byteCount: Int? { elementCount.flatMap { element.byteCount(of: $0) } }

  package var isMissing: Bool {
    if case .missing = storage { true } else { false }
  }

  /// Calls `body` with the raw bytes, little-endian and row-major; nil for strings and missing data.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    switch storage {
    case .mapped(let file, let range):
      withExtendedLifetime(file) { body(UnsafeRawBufferPointer(rebasing: file.bytes[range])) }
    case .bytes(let bytes): bytes.withUnsafeBytes(body)
    case .strings, .missing: nil
    }
  }
}
