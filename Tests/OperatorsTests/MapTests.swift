import Network
import Operators
import Testing

/// Maps of ai.onnx.ml with keys and values that ONNX Runtime does not take from Python (`compare_contrib.py` has those that it
/// does). What must come out follows from the operators' descriptions in the standard.
@Suite struct MapTests {
  private func outputs(
    _ name: String, _ attributes: [Attribute], _ input: RuntimeValue, limit: Int = .max
  ) throws -> RuntimeValue? {
    let kind = try #require(OperatorRegistry.find(domain: "ai.onnx.ml", name: name))
    let node = try kind.init(AttributeReader(attributes, version: 4, inputCount: 1, outputCount: 1))
    let context = KernelContext(inputs: [input], outputCount: 1, limit: limit)
    try node.run(context)
    return context.outputs[0]
  }

  private func strings(_ elements: [String]) -> RuntimeValue {
    .strings(StringTensor(dimensions: [elements.count], elements: elements))
  }

  private func map(_ keys: RuntimeValue, _ values: RuntimeValue) throws -> RuntimeValue {
    .map(try RuntimeMap(keys: keys, values: values))
  }

  private func text(_ value: RuntimeValue?) throws -> StringTensor {
    guard case .strings(let strings)? = value else { throw OperatorError.unsupported("not strings") }
    return strings
  }

  @Test func vocabularyOrdersStringsAndLeavesOthersEmpty() throws {
    let input = try map(.tensor(.int64([7, -2, 9])), strings(["a", "b", "c"]))
    let row = try text(
      outputs("DictVectorizer", [Attribute("int64_vocabulary", .integers([9, 5, 7]))], input))
    #expect(row == StringTensor(dimensions: [1, 3], elements: ["c", "", "a"]))
  }

  @Test func vocabularyOrdersIntegersByStringKeys() throws {
    let input = try map(strings(["x", "", "y"]), .tensor(.int64([1, 2, 3])))
    let words = [Array("y".utf8), Array("none".utf8), Array("".utf8)]
    let row = try outputs("DictVectorizer", [Attribute("string_vocabulary", .strings(words))], input)
    #expect(row?.tensor?.dimensions == [1, 3] && row?.tensor?.integers == [3, 0, 2])
  }

  @Test func keysMustBeOfTheVocabulary() throws {
    let input = try map(.tensor(.int64([1])), .tensor(.float32([1])))
    #expect(throws: OperatorError.elementType(input: 0, found: .int64)) {
      try outputs("DictVectorizer", [Attribute("string_vocabulary", .strings([[97]]))], input)
    }
  }

  @Test func textIsCastToNumbersInTheOrderOfKeys() throws {
    let input = try map(.tensor(.int64([5, -1, 2])), strings(["1.5", "-2", "3e2"]))
    let row = try outputs("CastMap", [], input)
    #expect(row?.tensor?.dimensions == [1, 3])
    #expect(row?.tensor?.elements(as: Float.self).map { $0 } == [-2, 300, 1.5])
  }

  @Test func sparseTextHasAPlaceForEachKey() throws {
    let attributes = [
      Attribute("cast_to", .string(Array("TO_STRING".utf8))),
      Attribute("map_form", .string(Array("SPARSE".utf8))), Attribute("max_map", .integer(4)),
    ]
    let input = try map(.tensor(.int64([3, 1])), strings(["three", "one"]))
    // ONNX Runtime fills up with "0.f", whatever the values are.
    #expect(try text(outputs("CastMap", attributes, input)).elements == ["0.f", "one", "0.f", "three"])
  }

  @Test(arguments: [-1, 4, Int.max, Int.min]) func sparseKeysMustHaveAPlace(_ key: Int) throws {
    let attributes = [
      Attribute("map_form", .string(Array("SPARSE".utf8))), Attribute("max_map", .integer(4)),
    ]
    let input = try map(.tensor(.int64([key])), .tensor(.float32([1])))
    #expect(throws: OperatorError.value(input: 0, reason: "a key outside of 0 to 3")) {
      try outputs("CastMap", attributes, input)
    }
  }

  @Test func sparseRowsAreBounded() throws {
    let attributes = [
      Attribute("map_form", .string(Array("SPARSE".utf8))), Attribute("max_map", .integer(1 << 40)),
    ]
    let input = try map(.tensor(.int64([0])), .tensor(.float32([1])))
    #expect(throws: OperatorError.tooLarge(bytes: 1 << 44, limit: 1 << 20)) {
      try outputs("CastMap", attributes, input, limit: 1 << 20)
    }
  }

  @Test func wordsThatSpellNoNumberAreRefused() throws {
    let input = try map(.tensor(.int64([0])), strings(["seven"]))
    #expect(throws: OperatorError.self) { try outputs("CastMap", [], input) }
  }

  @Test func eachRowOfScoresIsAMap() throws {
    let scores = RuntimeValue.tensor(.float32([0.25, 0.75, 1, 0], [2, 2]))
    let labels = [Attribute("classlabels_strings", .strings([Array("no".utf8), Array("yes".utf8)]))]
    guard case .sequence(let maps)? = try outputs("ZipMap", labels, scores) else {
      Issue.record("no sequence")
      return
    }
    let rows = maps.map { value -> [Float] in
      guard case .map(let map) = value else { return [] }
      return map.values.tensor?.elements(as: Float.self).map { $0 } ?? []
    }
    #expect(rows == [[0.25, 0.75], [1, 0]])
    #expect(throws: OperatorError.shape(input: 0, reason: "4 scores for 2 classes")) {
      try outputs("ZipMap", labels, .tensor(.float32([1, 2, 3, 4], [1, 4])))
    }
  }

  @Test func keysAndValuesArePairs() {
    #expect(throws: OperatorError.shape(input: 0, reason: "not one value for each key")) {
      try map(.tensor(.int64([1, 2])), .tensor(.float32([1])))
    }
    #expect(throws: OperatorError.shape(input: 0, reason: "not single values of one type")) {
      try RuntimeValue(joining: [.tensor(.float32([1])), .tensor(.float32([1, 2]))])
    }
    #expect(throws: OperatorError.shape(input: 0, reason: "not single values of one type")) {
      try RuntimeValue(joining: [.tensor(.float32([1])), .tensor(.int64([1]))])
    }
  }
}
