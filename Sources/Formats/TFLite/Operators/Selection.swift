import Network

/// Operators that pick elements, or places of elements.
extension SubgraphTranslator {
  mutating func gather(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard try setting(operation, 1) == 0 else { throw .unsupported }
    let axis = try normalized(try setting(operation, 0), rank: tensor(source).rank)
    let (value, isReal) = try moved(source, output, .file)
    let result = emit(
      "Gather", [value, try operand(try input(operation, 1), .file)], [Attribute("axis", .integer(axis))])
    try finish(result, output, .file, hasRealValues: isReal)
  }

  mutating func gatherElements(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let (value, isReal) = try moved(source, output, .file)
    let result = emit("GatherND", [value, try indices(try input(operation, 1))])
    try finish(result, output, .file, hasRealValues: isReal)
  }

  /// Rows of a table.
  mutating func lookUp(_ operation: LiteOperator) throws(Untranslatable) {
    let (table, output) = (try input(operation, 1), operation.outputs[0])
    let (value, isReal) = try moved(table, output, .file)
    let result = emit(
      "Gather", [value, try operand(try input(operation, 0), .file)], [Attribute("axis", .integer(0))])
    try finish(result, output, .file, hasRealValues: isReal)
  }

  /// Updates of one place add up.
  mutating func scatter(_ operation: LiteOperator) throws(Untranslatable) {
    let output = operation.outputs[0]
    guard let element = tensor(output).element, element == .float32 || element == .int32 || element == .int64
    else {
      throw .unsupported
    }
    let zero = Tensor(
      element: element, dimensions: [1], storage: .bytes([UInt8](repeating: 0, count: element.bits / 8)))
    let empty = emit(
      "ConstantOfShape", [try indices(try input(operation, 2))], [Attribute("value", .tensor(zero))])
    let result = emit(
      "ScatterND",
      [empty, try indices(try input(operation, 0)), try operand(try input(operation, 1), .file)],
      [Attribute("reduction", .string(Array("add".utf8)))])
    bind(output, .file, result)
  }

  mutating func oneHot(_ operation: LiteOperator) throws(Untranslatable) {
    let rows = [
      try operand(try input(operation, 3), .file), try operand(try input(operation, 2), .file),
    ]
    var pair: [ValueID] = []
    for value in rows { pair.append(emit("Unsqueeze", [value, integers([0])], isAuxiliary: true)) }
    let values = emit("Concat", pair, [Attribute("axis", .integer(0))], isAuxiliary: true)
    let result = emit(
      "OneHot", [try operand(try input(operation, 0), .file), try indices(try input(operation, 1)), values],
      [Attribute("axis", .integer(try setting(operation, 0)))])
    bind(operation.outputs[0], .file, result)
  }

  /// The largest elements of each row and their places.
  mutating func largest(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    guard operation.outputs.count == 2, sharesQuantization(source, operation.outputs[0]) else {
      throw .unsupported
    }
    let count = try indices(try input(operation, 1))
    let list = emit("Reshape", [count, integers([1])], isAuxiliary: true)
    let results = emit(
      "TopK", [try operand(source, .file), list], [Attribute("axis", .integer(-1))], outputs: 2)
    bind(operation.outputs[0], .file, results[0])
    bind(operation.outputs[1], .file, places(results[1], for: operation.outputs[1]))
  }

  /// Places in the type that the file asks for.
  private mutating func places(_ value: ValueID, for output: Int) -> ValueID {
    guard let element = tensor(output).element, element != .int64 else { return value }
    return emit("Cast", [value], [Attribute("to", .integer(Int(element.rawValue)))], isAuxiliary: true)
  }

  /// Where a condition holds, one row for each place.
  mutating func places(_ operation: LiteOperator) throws(Untranslatable) {
    let found = emit("NonZero", [try operand(try input(operation, 0), .file)])
    bind(operation.outputs[0], .file, transposed(found, [1, 0], isAuxiliary: false))
  }

  mutating func extremum(_ operation: LiteOperator, _ name: String) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard let axis = constant(try input(operation, 1))?.first else { throw .unsupported }
    let place = try normalized(axis, rank: tensor(source).rank)
    let found = emit(
      name, [try operand(source, .file)],
      [Attribute("axis", .integer(place)), Attribute("keepdims", .integer(0))])
    bind(output, .file, places(found, for: output))
  }
}
