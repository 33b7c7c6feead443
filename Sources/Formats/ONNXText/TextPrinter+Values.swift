import Network

/// Attributes and data as the text spells them.
extension ONNXTextPrinter {
  /// Whether the text can hold an attribute's value.
  func canHold(_ value: Attribute.Value) -> Bool {
    switch value {
    case .tensors, .sparseTensor, .sparseTensors, .graphs, .types: false
    case .string(let bytes): Self.isText(bytes)
    case .strings(let list): list.allSatisfy(Self.isText)
    case .type(let type): Self.text(type) != nil
    case .tensor(let tensor):
      if case .strings(let list) = tensor.storage { list.allSatisfy(Self.isText) } else { true }
    default: true
    }
  }

  /// The attribute as text, unless it is a graph or something that the text cannot hold.
  func simple(_ attribute: Attribute) -> String? {
    guard canHold(attribute.value) else { return nil }
    let name = attribute.name
    switch attribute.value {
    case .integer(let value): return "\(name) = \(value)"
    case .float(let value): return "\(name) = \(Self.number(value))"
    case .string(let bytes): return "\(name) = \(Self.quoted(bytes))"
    case .integers(let list): return Self.list(name, "ints", list.map { "\($0)" })
    case .floats(let list): return Self.list(name, "floats", list.map(Self.number))
    case .strings(let list): return Self.list(name, "strings", list.map { Self.quoted($0) })
    case .type(let type): return Self.text(type).map { "\(name) = \($0)" }
    case .reference(let other): return "\(name) = @\(Self.name(other))"
    case .tensor(let tensor): return "\(name) = \(Self.type(of: tensor)) = \(data(of: tensor))"
    default: return nil
    }
  }

  private static func list(_ name: String, _ kind: String, _ elements: [String]) -> String {
    let list = "[\(elements.joined(separator: ", "))]"
    return elements.isEmpty ? "\(name): \(kind) = []" : "\(name) = \(list)"
  }

  /// The braces or brackets after a tensor's type.
  func data(of tensor: Tensor) -> String {
    switch tensor.storage {
    case .missing(.externalFile(let location)): return "[\"location\": \(Self.quoted(location))]"
    case .missing(.notGiven): return "{}"
    case .strings(let strings):
      return strings.allSatisfy(Self.isText)
        ? "{\(strings.map { Self.quoted($0) }.joined(separator: ", "))}" : "{}"
    case .mapped(let file, let range) where (tensor.elementCount ?? 0) > options.inlineElements:
      return external(file, range) ?? "{}"
    case .bytes where (tensor.elementCount ?? 0) > options.inlineElements: return "{}"
    case .mapped, .bytes:
      let words = tensor.withBytes { Self.words($0, of: tensor) } ?? []
      return "{\(words.joined(separator: ", "))}"
    }
  }

  /// The place of data in a file beneath the network's folder; nil if it is in the network's file itself.
  private func external(_ file: MappedFile, _ range: Range<Int>) -> String? {
    let folder = network.path.lastIndex(of: "/").map { network.path[...$0] } ?? ""
    guard file.path != network.path, file.path.hasPrefix(folder) else { return nil }
    let location = Self.quoted(String(file.path.dropFirst(folder.count)))
    return "[\"location\": \(location), \"offset\": \"\(range.lowerBound)\", \"length\": \"\(range.count)\"]"
  }

  private static func words(_ bytes: UnsafeRawBufferPointer, of tensor: Tensor) -> [String] {
    let count = TypedData.entryCount(of: tensor.elementCount ?? 0, tensor.element)
    func load<Integer: FixedWidthInteger>(_ type: Integer.Type, _ entry: Int) -> Integer {
      bytes.loadUnaligned(fromByteOffset: entry * MemoryLayout<Integer>.size, as: type)
    }
    return (0..<count).map { entry in
      switch tensor.element {
      case .float32, .complex64: number(Float(bitPattern: load(UInt32.self, entry)))
      case .float64, .complex128: number(Double(bitPattern: load(UInt64.self, entry)))
      case .int8: "\(load(Int8.self, entry))"
      case .int16: "\(load(Int16.self, entry))"
      case .int32: "\(load(Int32.self, entry))"
      case .int64: "\(load(Int64.self, entry))"
      case .uint64: "\(load(UInt64.self, entry))"
      case .uint32: "\(load(UInt32.self, entry))"
      case .uint16, .float16, .bfloat16: "\(load(UInt16.self, entry))"
      case .float6E2M3, .float6E3M2: "\(sixBits(bytes, entry))"
      default: "\(load(UInt8.self, entry))"
      }
    }
  }

  private static func sixBits(_ bytes: UnsafeRawBufferPointer, _ entry: Int) -> UInt8 {
    let place = entry * 6 / 8
    let used = entry * 6 % 8
    let high = used > 2 ? UInt16(bytes[place + 1]) << 8 : 0
    return UInt8(truncatingIfNeeded: (high | UInt16(bytes[place])) >> UInt16(used)) & 0x3F
  }

  /// The shortest digits that give the same number again.
  private static func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    value.isNaN ? "nan" : value.description
  }

  private static func quoted(_ bytes: [UInt8]) -> String { quoted(String(decoding: bytes, as: UTF8.self)) }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
  }
}
