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
  var inputs: [RuntimeValue?] = []
  var outputs: [RuntimeValue?] = []

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
      case "in": current.inputs.append(try value(words))
      case "out": current.outputs.append(try value(words))
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
      case "tensor":
        .tensor(try stored(try #require(try value(Array(words[1...])))))
      case "integers": .integers(values.compactMap { Int($0) })
      case "floats": .floats(values.compactMap { Float($0) })
      default: .strings(values.map { Array($0.utf8) })
      }
    return Attribute(words[1], value)
  }

  private static func stored(_ value: RuntimeValue) throws -> Tensor {
    if case .strings(let strings) = value {
      return Tensor(
        element: .string, dimensions: strings.dimensions,
        storage: .strings(strings.elements.map { Array($0.utf8) }))
    }
    let tensor = try #require(value.tensor)
    return Tensor(
      element: tensor.element, dimensions: tensor.dimensions,
      storage: .bytes(Array(UnsafeRawBufferPointer(start: tensor.buffer.base, count: tensor.byteCount))))
  }

  /// A tensor; strings are written as an x and the hexadecimal bytes each.
  private static func value(_ words: [String]) throws -> RuntimeValue? {
    if words[1] == "-" { return nil }
    guard words[1] == "8" else { return .tensor(try tensor(words)) }
    let dimensions = words[2] == "-" ? [] : words[2].split(separator: ",").compactMap { Int($0) }
    let strings = try (words.count > 3 ? words[3].split(separator: ",") : []).map { word in
      let digits = Array(word.utf8.dropFirst())
      let bytes = try stride(from: 0, to: digits.count, by: 2).map { place in
        try #require(UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16))
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    return .strings(StringTensor(dimensions: dimensions, elements: strings))
  }

  private static func tensor(_ words: [String]) throws -> DenseTensor {
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
    let context = KernelContext(inputs: inputs, outputCount: outputs.count)
    try node.run(context)
    for (index, expected) in outputs.enumerated() {
      guard let expectedValue = expected else { continue }
      if case .strings(let strings) = expectedValue {
        guard case .strings(let found)? = context.outputs[index] else {
          Issue.record("\(name): output \(index) is not strings")
          continue
        }
        #expect(found == strings, "\(name): output \(index)")
        continue
      }
      let expected = try #require(expectedValue.tensor)
      let found = try #require(context.outputs[index]?.tensor, "\(name): output \(index) is missing")
      #expect(found.element == expected.element, "\(name): type of output \(index)")
      #expect(found.dimensions == expected.dimensions, "\(name): extents of output \(index)")
      guard found.element == expected.element, found.dimensions == expected.dimensions else { continue }
      let tolerance = expected.element == .bfloat16 ? max(relative, 1.0 / 64) : relative
      let difference = Comparison(found, expected).worst(relative: tolerance, absolute: absolute)
      #expect(difference == nil, "\(name): output \(index) \(difference ?? "")")
    }
    let facts = InferenceInputs(
      inputs.map { value in
        switch value {
        case .tensor(let tensor)?:
          Fact(
            tensor.element, Shape(tensor.dimensions),
            constant: tensor.element.isInteger && tensor.element.bits >= 8 ? tensor : nil)
        case .strings(let strings)?: Fact(.string, Shape(strings.dimensions))
        default: nil
        }
      })
    let inferred = try node.infer(facts)
    for (index, expected) in outputs.enumerated() {
      guard let value = expected else { continue }
      let expected = try #require(Fact(known: value).tensor)
      try #require(index < inferred.count)
      #expect(
        inferred[index].tensor?.element == expected.element, "\(name): inferred type of output \(index)")
      let shape = inferred[index].shape
      let isCompatible =
        shape.map { shape in
          shape.rank == expected.shape?.rank
            && zip(shape.dimensions, expected.shape?.dimensions ?? []).allSatisfy { $0 == nil || $0 == $1 }
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
    case .int64, .uint64: tensor.elements(as: Int64.self).map(Double.init)
    default:
      tensor.integers?.map(Double.init)
        ?? UnsafeRawBufferPointer(start: tensor.buffer.base, count: tensor.byteCount).map(Double.init)
    }
  }
}
