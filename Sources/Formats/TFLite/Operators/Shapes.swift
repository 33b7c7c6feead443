import Network

/// Operators that speak of shapes. They work on the file's layout, in which the file gives its extents.
extension SubgraphTranslator {
  /// The source of an operator that only moves elements: as stored where source and result have the same scale.
  mutating func moved(
    _ source: Int, _ output: Int, _ layout: Layout
  ) throws(Untranslatable) -> (value: ValueID, isReal: Bool) {
    if sharesQuantization(source, output) { return (try operand(source, layout), false) }
    return (try real(source, layout), true)
  }

  mutating func indices(_ index: Int) throws(Untranslatable) -> ValueID {
    do throws(FormatError) {
      return try indexList(index)
    } catch {
      throw .malformed(error)
    }
  }

  mutating func reshape(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let (value, isReal) = try moved(source, output, .file)
    let shape: ValueID
    if let given = optionalInput(operation, 1), constant(given) == nil, !tensor(given).isConstant {
      shape = try indices(given)
    } else if let target = target(of: output), tensor(output).hasKnownRank || tensor(source).rank == 0 {
      shape = integers(target)
    } else if let given = optionalInput(operation, 1), let list = constant(given) {
      shape = integers(list)
    } else {
      shape = integers(try reading { () throws(FormatError) in try operation.options?.indices(0) ?? [] })
    }
    let result = emit("Reshape", [value, shape], [Attribute("allowzero", .integer(1))])
    try finish(result, output, .file, hasRealValues: isReal)
  }

  /// Where source and result have their fixed shapes, taking axes away or adding them is a reshape.
  private mutating func reshaped(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard let target = target(of: output) else { throw .unsupported }
    let (value, isReal) = try moved(source, output, .file)
    try finish(emit("Reshape", [value, integers(target)]), output, .file, hasRealValues: isReal)
  }

  mutating func squeeze(_ operation: LiteOperator) throws(Untranslatable) {
    let axes = try reading { () throws(FormatError) in try operation.options?.indices(0) ?? [] }
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard tensor(source).hasKnownRank, !axes.isEmpty || !tensor(source).extents.contains(nil) else {
      return try reshaped(operation)
    }
    let rank = tensor(source).rank
    let places =
      axes.isEmpty
      ? tensor(source).shape.indices.filter { tensor(source).shape[$0] == 1 }
      : axes.map { $0 < 0 ? $0 + rank : $0 }
    let (value, isReal) = try moved(source, output, .file)
    try finish(emit("Squeeze", [value, integers(places)]), output, .file, hasRealValues: isReal)
  }

  mutating func expandDimensions(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard let axis = constant(try input(operation, 1))?.first else { return try reshaped(operation) }
    let (value, isReal) = try moved(source, output, .file)
    try finish(emit("Unsqueeze", [value, integers([axis])]), output, .file, hasRealValues: isReal)
  }

  /// The extents in the type that the file asks for.
  mutating func shape(_ operation: LiteOperator) throws(Untranslatable) {
    let value = emit("Shape", [try operand(try input(operation, 0), .file)])
    bind(operation.outputs[0], .file, cast(value, to: operation.outputs[0]))
  }

  private mutating func cast(_ value: ValueID, to output: Int) -> ValueID {
    guard let element = tensor(output).element, element != .int64 else { return value }
    return emit("Cast", [value], [Attribute("to", .integer(Int(element.rawValue)))])
  }

  mutating func rank(_ operation: LiteOperator) throws(Untranslatable) {
    let size = emit("Size", [emit("Shape", [try operand(try input(operation, 0), .file)])])
    bind(operation.outputs[0], .file, cast(size, to: operation.outputs[0]))
  }

  mutating func fill(_ operation: LiteOperator) throws(Untranslatable) {
    let (extents, value) = (try indices(try input(operation, 0)), try operand(try input(operation, 1), .file))
    try finish(emit("Expand", [value, extents]), operation.outputs[0], .file, hasRealValues: false)
  }

  mutating func zerosLike(_ operation: LiteOperator) throws(Untranslatable) {
    guard let element = tensor(operation.outputs[0]).element, element.bits >= 8 else { throw .unsupported }
    let shape = emit("Shape", [try operand(try input(operation, 0), .file)])
    let zero = Tensor(
      element: element, dimensions: [1], storage: .bytes([UInt8](repeating: 0, count: element.bits / 8)))
    bind(operation.outputs[0], .file, emit("ConstantOfShape", [shape], [Attribute("value", .tensor(zero))]))
  }

  mutating func range(_ operation: LiteOperator) throws(Untranslatable) {
    let values = [
      try operand(try input(operation, 0), .file), try operand(try input(operation, 1), .file),
      try operand(try input(operation, 2), .file),
    ]
    bind(operation.outputs[0], .file, emit("Range", values))
  }

  mutating func broadcastTo(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let (value, isReal) = try moved(source, output, .file)
    let result = emit("Expand", [value, try indices(try input(operation, 1))])
    try finish(result, output, .file, hasRealValues: isReal)
  }
}
