package import Network

/// Typed access to a node's attributes, with the version of the operator set that gives them their meaning.
package struct AttributeReader: Sendable {
  package let attributes: [Attribute]
  /// The version of the node's domain that the file imports.
  package let version: Int
  /// How many inputs and outputs the node names, absent ones counted.
  package let inputCount: Int
  package let outputCount: Int

  package init(_ attributes: [Attribute], version: Int, inputCount: Int, outputCount: Int) {
    self.attributes = attributes
    self.version = version
    self.inputCount = inputCount
    self.outputCount = outputCount
  }

  package func value(_ name: String) -> Attribute.Value? {
    attributes.first(where: { $0.name == name })?.value
  }

  package func contains(_ name: String) -> Bool { value(name) != nil }

  package func integer(_ name: String) throws(OperatorError) -> Int? {
    switch value(name) {
    case nil: nil
    case .integer(let value): value
    default: throw .attributeType(name)
    }
  }

  package func integer(_ name: String, default fallback: Int) throws(OperatorError) -> Int {
    try integer(name) ?? fallback
  }

  package func requiredInteger(_ name: String) throws(OperatorError) -> Int {
    guard let value = try integer(name) else { throw .missingAttribute(name) }
    return value
  }

  /// ONNX's booleans are integers; anything but 0 is true.
  package func flag(_ name: String, default fallback: Bool = false) throws(OperatorError) -> Bool {
    try integer(name).map { $0 != 0 } ?? fallback
  }

  package func float(_ name: String) throws(OperatorError) -> Float? {
    switch value(name) {
    case nil: nil
    case .float(let value): value
    default: throw .attributeType(name)
    }
  }

  package func float(_ name: String, default fallback: Float) throws(OperatorError) -> Float {
    try float(name) ?? fallback
  }

  package func string(_ name: String) throws(OperatorError) -> String? {
    switch value(name) {
    case nil: nil
    case .string(let bytes): String(decoding: bytes, as: UTF8.self)
    default: throw .attributeType(name)
    }
  }

  package func string(_ name: String, default fallback: String) throws(OperatorError) -> String {
    try string(name) ?? fallback
  }

  package func integers(_ name: String) throws(OperatorError) -> [Int]? {
    switch value(name) {
    case nil: nil
    case .integers(let values): values
    // Files without an attribute type cannot tell an empty list of floats from one of integers.
    case .floats(let values) where values.isEmpty: []
    default: throw .attributeType(name)
    }
  }

  package func floats(_ name: String) throws(OperatorError) -> [Float]? {
    switch value(name) {
    case nil: nil
    case .floats(let values): values
    case .integers(let values) where values.isEmpty: []
    default: throw .attributeType(name)
    }
  }

  package func strings(_ name: String) throws(OperatorError) -> [String]? {
    switch value(name) {
    case nil: nil
    case .strings(let values): values.map { String(decoding: $0, as: UTF8.self) }
    default: throw .attributeType(name)
    }
  }

  package func tensor(_ name: String) throws(OperatorError) -> Tensor? {
    switch value(name) {
    case nil: nil
    case .tensor(let tensor): tensor
    default: throw .attributeType(name)
    }
  }

  package func graph(_ name: String) throws(OperatorError) -> Graph {
    switch value(name) {
    case nil: throw .missingAttribute(name)
    case .graph(let graph): return graph
    default: throw .attributeType(name)
    }
  }

  /// An element type given as ONNX's number for it.
  package func elementType(_ name: String) throws(OperatorError) -> ElementType? {
    guard let code = try integer(name) else { return nil }
    guard let raw = UInt8(exactly: code), let type = ElementType(rawValue: raw) else {
      throw .attributeValue(name, reason: "no element type has the number \(code)")
    }
    return type
  }
}
