internal import Network

extension ValueType {
  /// What is known of a value that has one of two types; nil if the two are of different kinds.
  func merged(with other: ValueType) -> ValueType? {
    switch (self, other) {
    case (.tensor(let a), .tensor(let b)) where a.element == b.element:
      return .tensor(TensorType(a.element, a.shape.flatMap { a in b.shape.flatMap { a.merged(with: $0) } }))
    case (.sequence(let a), .sequence(let b)): return a.merged(with: b).map(ValueType.sequence)
    case (.optional(let a), .optional(let b)): return a.merged(with: b).map(ValueType.optional)
    // Where only one branch wraps a value, the result may be empty.
    case (.optional(let a), let b), (let b, .optional(let a)):
      return a.merged(with: b).map(ValueType.optional)
    default: return self == other ? self : nil
    }
  }
}

extension Shape {
  /// The extents that both agree on; nil if their ranks differ.
  func merged(with other: Shape) -> Shape? {
    guard rank == other.rank else { return nil }
    return Shape(zip(dimensions, other.dimensions).map { $0 == $1 ? $0 : nil })
  }
}
