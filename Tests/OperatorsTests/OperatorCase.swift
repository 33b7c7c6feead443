import Foundation
import Network
import Operators
import Testing

/// One node with its inputs and the outputs that an independent implementation gives for them, as
/// `Cases/generate.py` writes them.
struct OperatorCase: Sendable, CustomTestStringConvertible {
  var name = ""
  var operatorName = ""
  var domain = ""
  var version = 0
  var attributes: [Attribute] = []
  var inputs: [DenseTensor?] = []
  var outputs: [DenseTensor?] = []

  var testDescription: String { name }

  /// The cases of one family.
  static func load(_ family: String, file: String = #filePath) throws -> [OperatorCase] {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    return try parse(
      String(contentsOf: folder.appendingPathComponent("Cases/\(family).txt"), encoding: .utf8))
  }

  static func parse(_ text: String) throws -> [OperatorCase] {
    var cases: [OperatorCase] = []
    var current = OperatorCase()
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      switch words[0] {
      case "case": current = OperatorCase(name: words[1])
      case "node":
        current.operatorName = words[1]
        current.domain = words[2] == "-" ? "" : words[2]
        current.version = try #require(Int(words[3]))
      case "in": current.inputs.append(try tensor(words))
      case "out": current.outputs.append(try tensor(words))
      case "end": cases.append(current)
      default: current.attributes.append(try attribute(words))
      }
    }
    return cases
  }

  private static func attribute(_ words: [String]) throws -> Attribute {
    let values = words[2...].filter { !$0.isEmpty }
    let value: Attribute.Value =
      switch words[0] {
      case "integer": .integer(try #require(Int(words[2])))
      case "float": .float(try #require(Float(words[2])))
      case "string": .string(Array(words[2...].joined(separator: " ").utf8))
      case "integers": .integers(values.compactMap { Int($0) })
      case "floats": .floats(values.compactMap { Float($0) })
      default: .strings(values.map { Array($0.utf8) })
      }
    return Attribute(words[1], value)
  }

  private static func tensor(_ words: [String]) throws -> DenseTensor? {
    if words[1] == "-" { return nil }
    let element = try #require(UInt8(words[1]).flatMap { ElementType(rawValue: $0) })
    let dimensions = words[2] == "-" ? [] : words[2].split(separator: ",").compactMap { Int($0) }
    let tensor = try DenseTensor(element, dimensions)
    let digits = words.count > 3 ? Array(words[3].utf8) : []
    try #require(digits.count == 2 * tensor.byteCount)
    for index in 0..<tensor.byteCount {
      let pair = String(decoding: digits[(2 * index)..<(2 * index + 2)], as: UTF8.self)
      tensor.buffer.base.storeBytes(
        of: try #require(UInt8(pair, radix: 16)), toByteOffset: index, as: UInt8.self)
    }
    return tensor
  }
}

extension OperatorCase {
  func makeOperator() throws -> any Operator {
    let kind = try #require(OperatorRegistry.find(domain: domain, name: operatorName))
    return try kind.init(
      AttributeReader(attributes, version: version, inputCount: inputs.count, outputCount: outputs.count))
  }

  /// Runs the node and compares every output, type and extents included, with what is expected; then compares what the
  /// shape rule says when it knows the inputs' types and only the content of integers.
  func check(relative: Double = 1e-3, absolute: Double = 1e-7) throws {
    let node = try makeOperator()
    let context = KernelContext(inputs: inputs.map { $0.map { .tensor($0) } }, outputCount: outputs.count)
    try node.run(context)
    for (index, expected) in outputs.enumerated() {
      guard let expected else { continue }
      let found = try #require(context.outputs[index]?.tensor, "\(name): output \(index) is missing")
      #expect(found.element == expected.element, "\(name): type of output \(index)")
      #expect(found.dimensions == expected.dimensions, "\(name): extents of output \(index)")
      guard found.element == expected.element, found.dimensions == expected.dimensions else { continue }
      let tolerance = expected.element == .bfloat16 ? max(relative, 1.0 / 64) : relative
      let difference = Comparison(found, expected).worst(relative: tolerance, absolute: absolute)
      #expect(difference == nil, "\(name): output \(index) \(difference ?? "")")
    }
    let facts = InferenceInputs(
      inputs.map { tensor in
        tensor.map { Fact($0.element, Shape($0.dimensions), constant: $0.element.isInteger ? $0 : nil) }
      })
    let inferred = try node.infer(facts)
    for (index, expected) in outputs.enumerated() {
      guard let expected else { continue }
      try #require(index < inferred.count)
      #expect(
        inferred[index].tensor?.element == expected.element, "\(name): inferred type of output \(index)")
      let shape = inferred[index].shape
      let isCompatible =
        shape.map { shape in
          shape.rank == expected.rank
            && zip(shape.dimensions, expected.dimensions).allSatisfy { $0 == nil || $0 == $1 }
        } ?? true
      #expect(isCompatible, "\(name): inferred extents of output \(index)")
    }
  }
}

/// Two tensors of one type, element by element.
struct Comparison {
  let found: [Double]
  let expected: [Double]

  init(_ found: DenseTensor, _ expected: DenseTensor) {
    self.found = Self.numbers(found)
    self.expected = Self.numbers(expected)
  }

  /// Where and how far the two are apart, if further than `absolute + relative * |expected|` anywhere.
  func worst(relative: Double, absolute: Double) -> String? {
    for (index, (a, b)) in zip(found, expected).enumerated() {
      if a == b || (a.isNaN && b.isNaN) { continue }
      // A comparison with NaN is false, so the condition is for what is good.
      if abs(a - b) <= absolute + relative * abs(b) { continue }
      return "differs at \(index): found \(a), expected \(b)"
    }
    return nil
  }

  static func numbers(_ tensor: DenseTensor) -> [Double] {
    switch tensor.element {
    case .float32: tensor.elements(as: Float.self).map(Double.init)
    case .float64: Array(tensor.elements(as: Double.self))
    case .float16: tensor.elements(as: UInt16.self).map { Double(Binary16.float($0)) }
    case .bfloat16: tensor.elements(as: UInt16.self).map { Double(BrainFloat.float($0)) }
    default: (tensor.integers ?? []).map(Double.init)
    }
  }
}
