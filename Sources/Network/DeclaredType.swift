/// One extent as the file declares it: a number, a symbol such as `N`, or nothing.
@usableFromInline
package enum DeclaredDimension: Sendable, Hashable {
  case fixed(Int)
  case symbol(String)
  case unknown
}

/// A type as the file declares it, its symbols still by name.
@usableFromInline
package enum DeclaredType: Sendable, Hashable {
  /// nil dimensions: the rank is not declared.
  case tensor(ElementType, [DeclaredDimension]?)
  case sparseTensor(ElementType, [DeclaredDimension]?)
  indirect case sequence(DeclaredType)
  indirect case optional(DeclaredType)
  indirect case map(key: ElementType, value: DeclaredType)
  indirect case opaque(domain: String, name: String)

  /// The type with `bindings` put in place of the symbols; what has no binding is unknown.
  package func bound(by bindings: [String: Int]) -> ValueType {
    switch self {
    case .tensor(let element, let dimensions): .tensor(Self.bind(element, dimensions, bindings))
    case .sparseTensor(let element, let dimensions): .sparseTensor(Self.bind(element, dimensions, bindings))
    case .sequence(let element): .sequence(SequenceType(element.bound(by: bindings)))
    case .optional(let element): .optional(element.bound(by: bindings))
    case .map(let key, let value): .map(key: key, value: value.bound(by: bindings))
    case .opaque(let domain, let name): .opaque(domain: domain, name: name)
    }
  }

  private static func bind(
    _ element: ElementType, _ dimensions: [DeclaredDimension]?, _ bindings: [String: Int]
  ) -> TensorType {
    TensorType(
      element,
      dimensions.map { dimensions in
        Shape(
          dimensions.map { dimension -> Dimension in
            switch dimension {
            case .fixed(let extent): extent
            case .symbol(let name): bindings[name]
            case .unknown: nil
            }
          })
      })
  }
}
