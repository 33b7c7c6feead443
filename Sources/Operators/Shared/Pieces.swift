internal import Network

/// A slice of a tensor, without the axis that it is taken from.
func slice(
  _ value: RuntimeValue, at index: Int, along axis: Int, limit: Int
) throws(OperatorError) -> RuntimeValue {
  let gather = try Gather(
    AttributeReader([Attribute("axis", .integer(axis))], version: 13, inputCount: 2, outputCount: 1))
  let context = KernelContext(inputs: [value, .tensor(.int64([index], []))], outputCount: 1, limit: limit)
  try gather.run(context)
  return try context.onlyOutput
}

/// Tensors one behind the other along an axis, which is a new one if `isNew`.
func joined(
  _ values: [RuntimeValue], along axis: Int, isNew: Bool, limit: Int
) throws(OperatorError) -> RuntimeValue {
  guard let first = values.first else { throw .value(input: 0, reason: "an empty sequence") }
  let rank = try first.extents.count + (isNew ? 1 : 0)
  let place = try normalizedAxis(axis, rank: rank)
  var inputs: [RuntimeValue?] = []
  for value in values {
    var extents = try value.extents
    if isNew { extents.insert(1, at: min(place, extents.count)) }
    inputs.append(try value.reshaped(extents))
  }
  let concat = try Concat(
    AttributeReader(
      [Attribute("axis", .integer(place))], version: 13, inputCount: inputs.count, outputCount: 1))
  let context = KernelContext(inputs: inputs, outputCount: 1, limit: limit)
  try concat.run(context)
  return try context.onlyOutput
}

extension RuntimeValue {
  /// The extents of a tensor of numbers or strings.
  var extents: [Int] {
    get throws(OperatorError) {
      switch self {
      case .tensor(let tensor): return tensor.dimensions
      case .strings(let strings): return strings.dimensions
      case .sequence, .optional, .map: throw .shape(input: 0, reason: "not a tensor")
      }
    }
  }

  /// Single numbers or strings as a vector; with none, of floats.
  package init(joining scalars: [RuntimeValue]) throws(OperatorError) {
    var pieces: [RuntimeValue] = []
    for scalar in scalars {
      guard try scalar.extents.allSatisfy({ $0 == 1 }), scalar.element == scalars[0].element else {
        throw .shape(input: 0, reason: "not single values of one type")
      }
      pieces.append(try scalar.reshaped([1]))
    }
    if pieces.isEmpty { pieces.append(.tensor(try DenseTensor(.float32, [0]))) }
    self = try joined(pieces, along: 0, isNew: false, limit: .max)
  }

  /// The type of a tensor's elements; nil for what is no tensor.
  var element: ElementType? {
    switch self {
    case .tensor(let tensor): tensor.element
    case .strings: .string
    case .sequence, .optional, .map: nil
    }
  }

  /// The same elements under other extents with the same product.
  fileprivate func reshaped(_ extents: [Int]) throws(OperatorError) -> RuntimeValue {
    switch self {
    case .tensor(let tensor): return .tensor(tensor.reshaped(extents))
    case .strings(let strings): return .strings(StringTensor(dimensions: extents, elements: strings.elements))
    case .sequence, .optional, .map: throw .shape(input: 0, reason: "not a tensor")
    }
  }

  /// The one truth value of a tensor.
  func truth(input: Int) throws(OperatorError) -> Bool {
    guard let tensor, tensor.element == .bool, tensor.elementCount == 1 else {
      throw .shape(input: input, reason: "not one truth value")
    }
    return tensor.elements(as: UInt8.self)[0] != 0
  }
}

extension KernelContext {
  var onlyOutput: RuntimeValue {
    get throws(OperatorError) {
      guard let output = outputs.first ?? nil else { throw .unsupported("an output that is missing") }
      return output
    }
  }

  /// A required input, whatever it is.
  func value(_ index: Int) throws(OperatorError) -> RuntimeValue {
    guard index < inputs.count, let value = inputs[index] else { throw .missingInput(index) }
    return value
  }

  /// A required sequence.
  func sequence(_ index: Int) throws(OperatorError) -> [RuntimeValue] {
    guard case .sequence(let values) = try value(index) else {
      throw .shape(input: index, reason: "not a sequence")
    }
    return values
  }

  /// A required map.
  func map(_ index: Int) throws(OperatorError) -> RuntimeMap {
    guard case .map(let map) = try value(index) else { throw .shape(input: index, reason: "not a map") }
    return map
  }
}
