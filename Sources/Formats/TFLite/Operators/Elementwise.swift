import Network

/// Operators that treat each element by itself. They keep the layout of what they read.
extension SubgraphTranslator {
  mutating func unary(
    _ operation: LiteOperator, _ name: String, _ attributes: [Attribute] = [], more: [ValueID] = []
  ) throws(Untranslatable) {
    let source = try input(operation, 0)
    let layout = commonLayout([source])
    let result = emit(name, [try real(source, layout)] + more, attributes)
    try finish(result, operation.outputs[0], layout)
  }

  mutating func clip(_ operation: LiteOperator, _ low: Float, _ high: Float) throws(Untranslatable) {
    try unary(operation, "Clip", more: [scalar(low), scalar(high)])
  }

  mutating func leakyRelu(_ operation: LiteOperator) throws(Untranslatable) {
    try unary(operation, "LeakyRelu", [Attribute("alpha", .float(try number(operation, 0)))])
  }

  mutating func gelu(_ operation: LiteOperator) throws(Untranslatable) {
    let mode = try flag(operation, 0) ? "tanh" : "none"
    try unary(operation, "Gelu", [Attribute("approximate", .string(Array(mode.utf8)))])
  }

  /// The operands of an operator that broadcasts, in one layout.
  private mutating func operands(
    _ operation: LiteOperator
  ) throws(Untranslatable) -> (values: [ValueID], layout: Layout) {
    let inputs = operation.inputs
    guard inputs.allSatisfy({ $0 >= 0 }) else { throw malformed("an operand is missing") }
    let layout = commonLayout(inputs)
    let rank = inputs.map { tensor($0).rank }.max() ?? 0
    var values: [ValueID] = []
    for index in inputs {
      let isMap = tensor(index).rank == rank
      let value = try real(index, isMap ? layout : .file)
      values.append(isMap ? value : try broadcast(value, tensor(index), to: rank, layout))
    }
    return (values, layout)
  }

  mutating func binary(
    _ operation: LiteOperator, _ name: String, activation: Int = 0
  ) throws(Untranslatable) {
    guard operation.inputs.count == 2 else { throw malformed("it has not two operands") }
    let (values, layout) = try operands(operation)
    try finish(emit(name, values), operation.outputs[0], layout, activation: activation)
  }

  mutating func sum(_ operation: LiteOperator) throws(Untranslatable) {
    let (values, layout) = try operands(operation)
    try finish(emit("Sum", values), operation.outputs[0], layout)
  }

  mutating func notEqual(_ operation: LiteOperator) throws(Untranslatable) {
    guard operation.inputs.count == 2 else { throw malformed("it has not two operands") }
    let (values, layout) = try operands(operation)
    try finish(emit("Not", [emit("Equal", values)]), operation.outputs[0], layout)
  }

  mutating func squaredDifference(_ operation: LiteOperator) throws(Untranslatable) {
    guard operation.inputs.count == 2 else { throw malformed("it has not two operands") }
    let (values, layout) = try operands(operation)
    let difference = emit("Sub", values)
    try finish(emit("Mul", [difference, difference]), operation.outputs[0], layout)
  }

  mutating func square(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    let layout = commonLayout([source])
    let value = try real(source, layout)
    try finish(emit("Mul", [value, value]), operation.outputs[0], layout)
  }

  mutating func reciprocalRoot(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    let layout = commonLayout([source])
    let root = emit("Sqrt", [try real(source, layout)])
    try finish(emit("Reciprocal", [root]), operation.outputs[0], layout)
  }

  /// Rounded down. The network's division of integers rounds towards zero, so what `Mod` leaves goes first.
  mutating func floorDivision(_ operation: LiteOperator) throws(Untranslatable) {
    guard operation.inputs.count == 2 else { throw malformed("it has not two operands") }
    let (values, layout) = try operands(operation)
    guard tensor(operation.inputs[0]).element?.isInteger ?? false else {
      return try finish(emit("Floor", [emit("Div", values)]), operation.outputs[0], layout)
    }
    let whole = emit("Sub", [values[0], emit("Mod", values)])
    try finish(emit("Div", [whole, values[1]]), operation.outputs[0], layout)
  }

  /// With the sign of the divisor, as the network's `Mod` of integers has it.
  mutating func floorRemainder(_ operation: LiteOperator) throws(Untranslatable) {
    guard operation.inputs.count == 2 else { throw malformed("it has not two operands") }
    let (values, layout) = try operands(operation)
    guard tensor(operation.inputs[0]).type == .float32 else {
      return try finish(emit("Mod", values), operation.outputs[0], layout)
    }
    let whole = emit("Mul", [emit("Floor", [emit("Div", values)]), values[1]])
    try finish(emit("Sub", [values[0], whole]), operation.outputs[0], layout)
  }

  mutating func select(_ operation: LiteOperator) throws(Untranslatable) {
    guard operation.inputs.count == 3 else { throw malformed("it has not three operands") }
    // The older operator lets a list choose whole rows, which nothing here does.
    let condition = tensor(try input(operation, 0))
    if operation.code == 64, condition.rank == 1, tensor(try input(operation, 1)).rank > 1 {
      throw .unsupported
    }
    let (values, layout) = try operands(operation)
    try finish(emit("Where", values), operation.outputs[0], layout)
  }

  mutating func parametricRelu(_ operation: LiteOperator) throws(Untranslatable) {
    guard operation.inputs.count == 2 else { throw malformed("it has not two operands") }
    let (values, layout) = try operands(operation)
    try finish(emit("PRelu", values), operation.outputs[0], layout)
  }

  mutating func cast(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard let element = tensor(output).element else { throw .unsupported }
    let layout = commonLayout([source])
    let result = emit(
      "Cast", [try operand(source, layout)], [Attribute("to", .integer(Int(element.rawValue)))])
    try finish(result, output, layout, hasRealValues: false)
  }

  /// Numbers to integers, or integers to others that stand for the same numbers.
  mutating func quantize(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard tensor(output).isQuantized else { throw .unsupported }
    let layout = commonLayout([source])
    let (scale, zero) = try quantizer(output, layout)
    guard tensor(output).quantization.scales.count == 1 else { throw .unsupported }
    bind(output, layout, emit("QuantizeLinear", [try real(source, layout), scale, zero]))
  }

  /// Integers to numbers, or half precision to full.
  mutating func dequantize(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let layout = commonLayout([source])
    guard tensor(source).isQuantized else {
      guard tensor(source).type == .float16 || tensor(source).type == .bfloat16 else { throw .unsupported }
      return try cast(operation)
    }
    let (scale, zero) = try quantizer(source, layout)
    let axis = axis(tensor(source).quantization.axis, rank: tensor(source).rank, layout)
    let attributes = tensor(source).quantization.scales.count > 1 ? [Attribute("axis", .integer(axis))] : []
    bind(output, layout, emit("DequantizeLinear", [try operand(source, layout), scale, zero], attributes))
  }
}
