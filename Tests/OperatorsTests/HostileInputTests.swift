import Network
import Operators
import Testing

/// Every case of the standard with one thing spoilt: whatever is asked of the operator, it answers or throws.
@Suite struct HostileInputTests {
  static let families = [
    "shape", "movement", "elementwise", "reduction", "resampling", "quantization", "selection", "signal",
    "loss", "text", "convolution", "matrix", "pooling", "normalization", "activation", "attention",
    "recurrent", "runtime",
  ]

  @Test(arguments: families) func spoiltInputsNeverTrap(_ family: String) throws {
    var tried = 0
    for item in try OperatorCase.load(family) {
      for index in item.inputs.indices {
        for spoilt in Self.spoiltValues(item.inputs[index]) {
          var changed = item
          changed.inputs[index] = spoilt
          Self.ask(changed)
          tried += 1
        }
      }
    }
    #expect(tried > 50)
  }

  @Test(arguments: families) func spoiltAttributesNeverTrap(_ family: String) throws {
    for item in try OperatorCase.load(family) {
      for (index, attribute) in item.attributes.enumerated() {
        for value in Self.spoiltValues(attribute.value) {
          var changed = item
          changed.attributes[index] = Attribute(attribute.name, value)
          Self.ask(changed)
        }
      }
      for version in [1, 6, 9, 11, 13, 18] {
        var changed = item
        changed.version = version
        Self.ask(changed)
      }
    }
  }

  /// Asks everything that there is to ask; what comes of it does not matter.
  private static func ask(_ item: OperatorCase) {
    guard let kind = OperatorRegistry.find(domain: item.domain, name: item.operatorName),
      let node = try? kind.init(
        AttributeReader(
          item.attributes, version: item.version, inputCount: item.inputs.count,
          outputCount: item.outputs.count))
    else { return }
    let facts = item.inputs.map { $0.map { Fact(known: $0) } }
    if let outputs = try? node.infer(InferenceInputs(facts)) {
      _ = try? node.cost(inputs: facts, outputs: outputs)
      for index in facts.indices { _ = node.reach(into: index, inputs: facts, outputs: outputs) }
    }
    let unknown = facts.map { $0.map { Fact($0.type) } }
    if let outputs = try? node.infer(InferenceInputs(unknown)) {
      _ = try? node.cost(inputs: unknown, outputs: outputs)
      for index in facts.indices { _ = node.reach(into: index, inputs: unknown, outputs: outputs) }
    }
    let context = KernelContext(inputs: item.inputs, outputCount: item.outputs.count, limit: 1 << 20)
    _ = try? node.run(context)
  }

  private static func spoiltValues(_ value: RuntimeValue?) -> [RuntimeValue?] {
    var values: [RuntimeValue?] = [
      nil, .tensor(.int64([])), .tensor(.int64([0], [])), .tensor(.float32([.nan, -.infinity, 1e30])),
      .tensor(.float32([], [0, 3])), .strings(StringTensor(dimensions: [2], elements: ["a", "b"])),
      .sequence([]),
    ]
    guard let tensor = value?.tensor else { return values }
    if tensor.integers != nil, tensor.element == .int64 {
      for extreme in [Int.max, .min, -1, 0, 1 << 40, 1 << 31, 7] {
        values.append(
          .tensor(.int64(Array(repeating: extreme, count: tensor.elementCount), tensor.dimensions)))
      }
    }
    if tensor.element == .float32 {
      for extreme in [Float.infinity, .nan, 0, -1, 1e-30, 1e30] {
        values.append(
          .tensor(.float32(Array(repeating: extreme, count: tensor.elementCount), tensor.dimensions)))
      }
    }
    values.append(.tensor(tensor.reshaped([tensor.elementCount])))
    values.append(.tensor(tensor.reshaped([1, 1, 1, 1, 1] + tensor.dimensions)))
    return values
  }

  private static func spoiltValues(_ value: Attribute.Value) -> [Attribute.Value] {
    switch value {
    case .integer: [.integer(.max), .integer(.min), .integer(-1), .integer(0), .integer(1000), .float(1)]
    case .integers(let values):
      [
        .integers([]), .integers(values.map { _ in .max }), .integers(values.map { _ in .min }),
        .integers(values.map { _ in -1 }), .integers(values.map { _ in 0 }), .integers(values + [1]),
        .integer(1),
      ]
    case .float: [.float(.nan), .float(.infinity), .float(-1), .float(0)]
    case .floats(let values): [.floats([]), .floats(values.map { _ in .nan }), .floats(values + [1])]
    case .string: [.string([]), .string([0xFF]), .integer(1)]
    default: [.integer(1)]
    }
  }
}
