import Network
import Operators
import Testing

/// Meanings that operators had in older operator set versions, and element types beyond the usual ones. Expected values
/// are numpy's unless another source is named.
@Suite struct VersionTests {
  private func run(
    _ name: String, version: Int, _ attributes: [Attribute] = [], _ inputs: [RuntimeValue?], outputs: Int = 1
  ) throws -> [RuntimeValue?] {
    let kind = try #require(OperatorRegistry.find(domain: "", name: name))
    let node = try kind.init(
      AttributeReader(attributes, version: version, inputCount: inputs.count, outputCount: outputs))
    let context = KernelContext(inputs: inputs, outputCount: outputs)
    try node.run(context)
    return context.outputs
  }

  private let matrix = RuntimeValue.tensor(.int64([0, 1, 2, 3, 4, 5], [2, 3]))

  /// `np.arange(24).reshape(2, 3, 4) + np.array([10, 20, 30]).reshape(3, 1)`
  @Test func addAlongAnAxisInTheMiddle() throws {
    let output = try run(
      "Add", version: 6, [Attribute("broadcast", .integer(1)), Attribute("axis", .integer(1))],
      [.tensor(.int64(Array(0..<24), [2, 3, 4])), .tensor(.int64([10, 20, 30]))])[0]
    let expected = (0..<24).map { $0 + [10, 20, 30][$0 / 4 % 3] }
    #expect(output?.tensor?.integers == expected)
  }

  @Test func squeezeByAttribute() throws {
    let input = RuntimeValue.tensor(.int64([1, 2], [1, 2, 1]))
    let output = try run("Squeeze", version: 11, [Attribute("axes", .integers([-1]))], [input])[0]
    #expect(output?.tensor?.dimensions == [1, 2])
  }

  @Test func unsqueezeByAttribute() throws {
    let output = try run("Unsqueeze", version: 11, [Attribute("axes", .integers([0, 3]))], [matrix])[0]
    #expect(output?.tensor?.dimensions == [1, 2, 3, 1])
  }

  /// `x[:, 1:3]`, and `x[:, ::-2]`.
  @Test func sliceByAttributesAndInputs() throws {
    let old = try run(
      "Slice", version: 9,
      [
        Attribute("starts", .integers([1])), Attribute("ends", .integers([.max])),
        Attribute("axes", .integers([1])),
      ], [matrix])[0]
    #expect(old?.tensor?.integers == [1, 2, 4, 5])
    let new = try run(
      "Slice", version: 13, [],
      [
        matrix, .tensor(.int64([.max])), .tensor(.int64([.min])), .tensor(.int64([1])), .tensor(.int64([-2])),
      ])[0]
    #expect(new?.tensor?.integers == [2, 0, 5, 3])
  }

  /// `np.pad(x, ((0, 0), (1, 0)), constant_values=7)`
  @Test func padByAttributes() throws {
    let output = try run(
      "Pad", version: 2, [Attribute("pads", .integers([0, 1, 0, 0])), Attribute("value", .float(7))],
      [.tensor(.float32([1, 2], [2, 1]))])[0]
    #expect(output?.tensor?.elements(as: Float.self).map { $0 } == [7, 1, 7, 2])
  }

  /// Amounts that cannot be negated, and such that cancel each other out.
  @Test(arguments: [[Int.min, 0], [.min, .max], [1 << 40, -(1 << 40)]])
  func padRefusesAmountsBeyondReason(pads: [Int]) {
    #expect(throws: OperatorError.self) {
      try run("Pad", version: 13, [], [.tensor(.int64([1, 2, 3])), .tensor(.int64(pads))])
    }
  }

  @Test func splitByAttributeAndUnevenly() throws {
    let old = try run(
      "Split", version: 11, [Attribute("split", .integers([1, 2])), Attribute("axis", .integer(1))], [matrix],
      outputs: 2)
    #expect(old.map { $0?.tensor?.integers } == [[0, 3], [1, 2, 4, 5]])
    let new = try run(
      "Split", version: 18, [Attribute("num_outputs", .integer(2)), Attribute("axis", .integer(1))], [matrix],
      outputs: 2)
    #expect(new.map { $0?.tensor?.integers } == [[0, 1, 3, 4], [2, 5]])
  }

  /// `x.sum(axis=0, keepdims=True)`
  @Test func reduceByAttribute() throws {
    let output = try run("ReduceSum", version: 11, [Attribute("axes", .integers([0]))], [matrix])[0]
    #expect(output?.tensor?.dimensions == [1, 3])
    #expect(output?.tensor?.integers == [3, 5, 7])
  }

  @Test func topElementsByAttribute() throws {
    let outputs = try run("TopK", version: 9, [Attribute("k", .integer(2))], [matrix], outputs: 2)
    #expect(outputs.map { $0?.tensor?.integers } == [[2, 1, 5, 4], [2, 1, 2, 1]])
  }

  @Test func upsampleByAttribute() throws {
    let output = try run(
      "Upsample", version: 7, [Attribute("scales", .floats([1, 1, 1, 2]))],
      [.tensor(.float32([1, 2], [1, 1, 1, 2]))])[0]
    #expect(output?.tensor?.elements(as: Float.self).map { $0 } == [1, 1, 2, 2])
  }

  @Test func castToATypeByName() throws {
    let output = try run(
      "Cast", version: 1, [Attribute("to", .string(Array("INT32".utf8)))], [.tensor(.float32([-1.7, 2.5]))])[
        0]
    #expect(output?.tensor?.element == .int32)
    #expect(output?.tensor?.integers == [-1, 2])
  }

  /// Two elements to a byte, the first in the low half: [[1, -1, 2], [3, 4, -8]] transposed.
  @Test func transposeElementsOfFourBits() throws {
    let input = try DenseTensor(.int4, [2, 3])
    for (index, byte) in [UInt8(0xF1), 0x32, 0x84].enumerated() {
      input.buffer.base.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }
    let output = try #require(try run("Transpose", version: 21, [], [.tensor(input)])[0]?.tensor)
    let bytes = (0..<3).map { output.buffer.base.load(fromByteOffset: $0, as: UInt8.self) }
    // 1, 3 | -1, 4 | 2, -8
    #expect(output.dimensions == [3, 2])
    #expect(bytes == [0x31, 0x4F, 0x82])
  }

  @Test func gatherStrings() throws {
    let words = RuntimeValue.strings(StringTensor(dimensions: [3], elements: ["a", "b", "c"]))
    let output = try run("Gather", version: 13, [], [words, .tensor(.int64([-1, 0]))])[0]
    guard case .strings(let strings)? = output else {
      Issue.record("not strings")
      return
    }
    #expect(strings == StringTensor(dimensions: [2], elements: ["c", "a"]))
  }

  /// What is asked for is checked before memory is taken.
  @Test func sizesAreLimited() throws {
    let kind = try #require(OperatorRegistry.find(domain: "", name: "ConstantOfShape"))
    let node = try kind.init(AttributeReader([], version: 9, inputCount: 1, outputCount: 1))
    let large = KernelContext(inputs: [.tensor(.int64([1 << 20, 1 << 20]))], outputCount: 1, limit: 1 << 30)
    #expect(throws: OperatorError.tooLarge(bytes: 1 << 42, limit: 1 << 30)) { try node.run(large) }
    let overflowing = KernelContext(
      inputs: [.tensor(.int64([1 << 40, 1 << 40]))], outputCount: 1, limit: 1 << 30)
    #expect(throws: OperatorError.overflow) { try node.run(overflowing) }
  }

  /// One unknown extent of four: what the others say stays known.
  @Test func reshapeWithAnUnknownBatch() throws {
    let kind = try #require(OperatorRegistry.find(domain: "", name: "Reshape"))
    let node = try kind.init(AttributeReader([], version: 13, inputCount: 2, outputCount: 1))
    let data = Fact(.float32, [nil, 3, 4, 5])
    func infer(_ shape: [Int]) throws -> Shape? {
      try node.infer(InferenceInputs([data, Fact(.int64(shape))]))[0].shape
    }
    #expect(try infer([0, -1]) == [nil, 60])
    #expect(try infer([-1, 12, 5]) == [nil, 12, 5])
    #expect(try infer([0, 0, -1, 2]) == [nil, 3, 10, 2])
  }
}
