internal import Network

/// A value that the node itself carries.
struct Constant: Operator {
  static let name = "Constant"
  let role = Role.constant
  private let content: Content

  private enum Content {
    case tensor(Tensor)
    case sparse(SparseTensor)
    case dense(DenseTensor)
    case strings(StringTensor)
  }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    content = try Self.content(attributes)
  }

  private static func content(_ attributes: borrowing AttributeReader) throws(OperatorError) -> Content {
    if let tensor = try attributes.tensor("value") { return .tensor(tensor) }
    if let value = try attributes.float("value_float") { return .dense(.float32([value], [])) }
    if let values = try attributes.floats("value_floats") { return .dense(.float32(values)) }
    if let value = try attributes.integer("value_int") { return .dense(.int64([value], [])) }
    if let values = try attributes.integers("value_ints") { return .dense(.int64(values)) }
    if let value = try attributes.string("value_string") {
      return .strings(StringTensor(dimensions: [], elements: [value]))
    }
    if let values = try attributes.strings("value_strings") {
      return .strings(StringTensor(dimensions: [values.count], elements: values))
    }
    switch attributes.value("sparse_value") {
    case .sparseTensor(let tensor)?: return .sparse(tensor)
    case nil: throw .missingAttribute("value")
    default: throw .attributeType("sparse_value")
    }
  }

  /// Elements above which a constant is not worth decoding before the run: no shape is made of it.
  private static let largestKnown = 1 << 16

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    switch content {
    case .dense(let tensor): return [Fact(tensor)]
    case .strings(let strings): return [Fact(.string, Shape(strings.dimensions))]
    case .sparse(let tensor): return [Fact(tensor.values.element, Shape(tensor.dimensions))]
    case .tensor(let tensor):
      let type = ValueType.tensor(tensor.type)
      guard tensor.element != .string, !tensor.isMissing, let count = tensor.elementCount,
        count <= Self.largestKnown
      else { return [Fact(type)] }
      return [Fact(type, constant: try DenseTensor(tensor))]
    }
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    switch content {
    case .dense(let tensor): context.forward(.tensor(tensor), to: 0)
    case .strings(let strings): context.forward(.strings(strings), to: 0)
    case .sparse(let tensor): context.forward(.tensor(try tensor.dense(limit: context.limit)), to: 0)
    case .tensor(let tensor): context.forward(try RuntimeValue(tensor, limit: context.limit), to: 0)
    }
  }
}

extension SparseTensor {
  /// All elements, zeros included.
  fileprivate func dense(limit: Int) throws(OperatorError) -> DenseTensor {
    let stored = try DenseTensor(values, limit: limit)
    guard stored.element.bits >= 8, dimensions.allSatisfy({ $0 >= 0 }) else {
      throw .attributeValue("sparse_value", reason: "its type or extents")
    }
    let target = try DenseTensor(stored.element, dimensions, limit: limit)
    let (rank, count) = (dimensions.count, stored.elementCount)
    guard let places = try DenseTensor(indices, limit: limit).integers,
      places.count == count || places.count == count * rank
    else { throw .attributeValue("sparse_value", reason: "its indices do not fit its values") }
    let strides = rowMajorStrides(dimensions)
    for entry in 0..<count {
      var place = places.count == count && rank != 1 ? places[entry] : 0
      if places.count == count * rank {
        place = 0
        for axis in 0..<rank {
          let index = places[entry * rank + axis]
          guard index >= 0, index < dimensions[axis] else { throw Self.outside }
          place += index * strides[axis]
        }
      }
      guard place >= 0, place < target.elementCount else { throw Self.outside }
      (target.bytes + place * target.width).copyMemory(
        from: stored.bytes + entry * target.width, byteCount: target.width)
    }
    return target
  }

  private static var outside: OperatorError {
    .attributeValue("sparse_value", reason: "an index outside its shape")
  }
}
