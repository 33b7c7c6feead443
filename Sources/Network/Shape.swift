/// The extent of one axis; nil where it is not known before the network runs.
@usableFromInline
package typealias Dimension = Int?

/// The extents of a tensor whose rank is known, outermost first. A scalar has none.
@usableFromInline
package struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral {
  @usableFromInline package var dimensions: [Dimension]

  @inlinable package init(_ dimensions: [Dimension]) { self.dimensions = dimensions }
  package init(_ dimensions: [Int]) { self.dimensions = dimensions.map { $0 } }
  @inlinable package init(arrayLiteral elements: Dimension...) { dimensions = elements }

  package static let scalar = Shape([Dimension]())

  @inlinable package var rank: Int { dimensions.count }

  /// The extent of an axis; unknown for an axis that the shape does not have, so that a rule may look before it has
  /// checked the rank that a hostile file gives.
  @inlinable package subscript(axis: Int) -> Dimension {
    get { dimensions.indices.contains(axis) ? dimensions[axis] : nil }
    set { dimensions[axis] = newValue }
  }

  /// All extents, if all are known.
  package var known: [Int]? {
    var extents: [Int] = []
    extents.reserveCapacity(dimensions.count)
    for dimension in dimensions {
      guard let dimension else { return nil }
      extents.append(dimension)
    }
    return extents
  }

  /// The product of known extents; nil if it is more than an `Int` holds.
  @inlinable package static func elementCount(of dimensions: [Int]) -> Int? {
    var count = 1
    var overflowed = false
    for dimension in dimensions {
      if dimension == 0 { return 0 }
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      overflowed = overflowed || overflow
      count = product
    }
    return overflowed ? nil : count
  }

  /// The number of elements; nil if an extent is unknown or the product is more than an `Int` holds.
  @inlinable package var elementCount: Int? {
    var count = 1
    var overflowed = false
    for dimension in dimensions {
      guard let dimension else { return nil }
      if dimension == 0 { return dimensions.contains(where: { $0 == nil }) ? nil : 0 }
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      overflowed = overflowed || overflow
      count = product
    }
    return overflowed ? nil : count
  }
}

/// What a value of the network is, as far as it is known.
@usableFromInline
package enum ValueType: Sendable, Hashable {
  case tensor(TensorType)
  case sparseTensor(TensorType)
  indirect case sequence(SequenceType)
  indirect case optional(ValueType)
  indirect case map(key: ElementType, value: ValueType)
  indirect case opaque(domain: String, name: String)

  @inlinable package var tensor: TensorType? {
    if case .tensor(let type) = self { type } else { nil }
  }
}

/// Element type and shape of a tensor; a nil shape is an unknown rank.
@usableFromInline
package struct TensorType: Sendable, Hashable {
  @usableFromInline package var element: ElementType
  @usableFromInline package var shape: Shape?

  @inlinable package init(_ element: ElementType, _ shape: Shape?) {
    self.element = element
    self.shape = shape
  }

  @inlinable package var elementCount: Int? { shape?.elementCount }

  /// Bytes of the whole tensor, packed; nil if unknown.
  @inlinable package var byteCount: Int? { elementCount.flatMap { element.byteCount(of: $0) } }
}
