internal import Network

/// Types as words, for example `float[1,3,224,224]`; `?` stands for an extent that is not known.
enum TypeText {
  static func of(_ type: ValueType) -> String {
    switch type {
    case .tensor(let tensor): of(tensor)
    case .sparseTensor(let tensor): "sparse \(of(tensor))"
    case .sequence(let sequence): "sequence of \(of(sequence.element))"
    case .optional(let element): "optional \(of(element))"
    case .map(let key, let value): "map from \(key.name) to \(of(value))"
    case .opaque(let domain, let name): "\(domain).\(name)"
    }
  }

  private static func of(_ tensor: TensorType) -> String {
    guard let shape = tensor.shape else { return tensor.element.name }
    return
      "\(tensor.element.name)[\(shape.dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: ","))]"
  }
}
