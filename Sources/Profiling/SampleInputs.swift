internal import Analysis
internal import Execution
internal import Network
internal import Operators

/// Values for the inputs of a run that is timed: the time does not depend on them, as long as they are ordinary numbers.
///
/// Floating-point inputs are uniform in (-1, 1), so that no run meets denormals or infinities. Integers are indices into the
/// table that they look up, if they look one up, and otherwise 0 or 1, which every mask allows.
enum SampleInputs {
  static func set(on executor: Executor, for inferred: InferredGraph) throws(ExecutionError) {
    var generator = SplitMix64(state: 0x5EED)
    for port in executor.plan.inputs {
      let tensor: DenseTensor
      do throws(OperatorError) {
        tensor = try DenseTensor(port.element, port.dimensions)
      } catch {
        throw .node(port.name, operatorName: "input", error)
      }
      fill(tensor, bound: tableSize(of: port.name, in: inferred) ?? 2, &generator)
      try executor.setInput(port.name, to: tensor)
    }
  }

  /// The smallest extent that the input of this name indexes, if it is looked up in a table at once.
  private static func tableSize(of name: String, in inferred: InferredGraph) -> Int? {
    inferred.graph.nodes.compactMap { node -> Int? in
      guard node.operatorName == "Gather", node.inputs.count == 2, let data = node.inputs[0],
        let indices = node.inputs[1], inferred.graph[indices].name == name,
        let gather = inferred.tensor(data)?.shape, let first = gather.dimensions.first
      else { return nil }
      return first
    }.min()
  }

  private static func fill(_ tensor: DenseTensor, bound: Int, _ generator: inout SplitMix64) {
    switch tensor.element {
    case .float32:
      let elements = tensor.mutableElements(as: Float.self)
      for index in elements.indices { elements[index] = Float.random(in: -1...1, using: &generator) }
    case .float64:
      let elements = tensor.mutableElements(as: Double.self)
      for index in elements.indices { elements[index] = Double.random(in: -1...1, using: &generator) }
    case .float16:
      let elements = tensor.mutableElements(as: UInt16.self)
      // 0x3C00 is 1.0; smaller bit patterns are smaller numbers, and those from 0x2C00 on are normal.
      for index in elements.indices {
        elements[index] = UInt16.random(in: 0x2C00...0x3C00, using: &generator)
      }
    case .bfloat16:
      let elements = tensor.mutableElements(as: UInt16.self)
      for index in elements.indices {
        elements[index] = UInt16.random(in: 0x3D00...0x3F80, using: &generator)
      }
    case .int64: fillIntegers(tensor, as: Int64.self, bound, &generator)
    case .int32: fillIntegers(tensor, as: Int32.self, bound, &generator)
    case .int16: fillIntegers(tensor, as: Int16.self, bound, &generator)
    case .uint64: fillIntegers(tensor, as: UInt64.self, bound, &generator)
    case .uint32: fillIntegers(tensor, as: UInt32.self, bound, &generator)
    case .uint16: fillIntegers(tensor, as: UInt16.self, bound, &generator)
    case .bool: fillIntegers(tensor, as: UInt8.self, 2, &generator)
    case .int8: fillIntegers(tensor, as: Int8.self, bound > 2 ? bound : 127, &generator)
    case .uint8: fillIntegers(tensor, as: UInt8.self, bound > 2 ? bound : 255, &generator)
    default: break
    }
  }

  private static func fillIntegers<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ tensor: DenseTensor, as _: Integer.Type, _ bound: Int, _ generator: inout SplitMix64
  ) {
    let elements = tensor.mutableElements(as: Integer.self)
    let limit = Integer(clamping: max(bound, 1))
    for index in elements.indices { elements[index] = Integer.random(in: 0..<limit, using: &generator) }
  }
}

/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014. The same numbers on every machine.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
