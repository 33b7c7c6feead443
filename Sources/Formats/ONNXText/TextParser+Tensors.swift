import Network

extension TextParser {
  /// The tensor whose data comes next: '{' [literal (',' literal)*] '}' or the pairs that name an external file.
  ///
  /// Empty braces after a shape with elements mean that the data is not given.
  mutating func tensor(named name: String, of type: DeclaredType, at start: Int?) throws(FormatError)
    -> Tensor
  {
    guard case .tensor(let element, let declared?) = type else {
      throw scanner.unexpected("a tensor type with its dimensions", at: start)
    }
    var dimensions: [Int] = []
    for dimension in declared {
      guard case .fixed(let extent) = dimension else {
        throw scanner.unexpected("dimensions in numbers", at: start)
      }
      dimensions.append(extent)
    }
    var tensor = Tensor(name: name, element: element, dimensions: dimensions, storage: .missing(.notGiven))
    guard let count = tensor.elementCount, count <= limits.elements, let byteCount = tensor.byteCount else {
      throw FormatError(.tooMany(.elements, limit: limits.elements), offset: start)
    }
    if scanner.next(is: "[") {
      guard element != .string else { throw FormatError(.tensorField, offset: start) }
      let entries = try pairs()
      do {
        tensor.storage = try external.storage(entries, tensor: name, byteCount: byteCount)
      } catch {
        throw error.at(start)
      }
    } else {
      tensor.storage = try data(element, count: count, at: start)
    }
    return tensor
  }

  private mutating func data(
    _ element: ElementType, count: Int, at start: Int?
  ) throws(FormatError) -> Tensor.Storage {
    let expected = TypedData.entryCount(of: count, element)
    var decoder = TypedData(element, entries: expected)
    var strings: [[UInt8]] = []
    var floats = FloatData(isDouble: element.bits == 128 || element == .float64)
    var found = 0
    try list("{", "}") { (parser) throws(FormatError) in
      found += 1
      switch TypedData.field(of: element) {
      case 6: strings.append(try parser.scanner.string())
      case 4, 10: try floats.append(&parser.scanner)
      default: decoder.append(entry: try parser.entry(of: element))
      }
    }
    if found == 0, expected > 0 { return .missing(.notGiven) }
    guard found == expected else {
      throw FormatError(.tensorLength(expected: expected, found: found), offset: start)
    }
    switch TypedData.field(of: element) {
    case 6: return .strings(strings)
    case 4, 10: return .bytes(floats.bytes)
    default: return .bytes(decoder.bytes)
    }
  }

  /// One integer of data. Types that are no integers are given by their bits, those below a byte by packed bytes.
  private mutating func entry(of element: ElementType) throws(FormatError) -> UInt64 {
    let start = scanner.start()
    guard case .integer(let digits) = try scanner.literal() else {
      throw scanner.unexpected("an integer", at: start)
    }
    if element == .uint64, let value = UInt64(digits) { return value }
    let bits = element.bits == 6 ? 6 : max(8, element.bits)
    guard element != .uint64, let value = Int(digits),
      bits == 64 || (-(1 << (bits - 1))..<(1 << bits)).contains(value)
    else { throw scanner.unexpected("a value of type \(element.name)", at: start) }
    return UInt64(bitPattern: Int64(value))
  }
}

/// Floating-point numbers as the bytes of a tensor.
private struct FloatData {
  let isDouble: Bool
  var bytes: [UInt8] = []

  init(isDouble: Bool) { self.isDouble = isDouble }

  mutating func append(_ scanner: inout TextScanner) throws(FormatError) {
    if isDouble {
      let bits = try scanner.expectDouble().bitPattern
      for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * place))) }
    } else {
      let bits = try scanner.expectFloat().bitPattern
      for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(8 * place))) }
    }
  }
}

extension TextScanner {
  mutating func expectFloat() throws(FormatError) -> Float {
    let (digits, start) = try number()
    guard let value = Float(digits), value.isFinite || Self.isWord(digits) else {
      throw unexpected("a number that a float holds", at: start)
    }
    return value
  }

  mutating func expectDouble() throws(FormatError) -> Double {
    let (digits, start) = try number()
    guard let value = Double(digits), value.isFinite || Self.isWord(digits) else {
      throw unexpected("a number that a double holds", at: start)
    }
    return value
  }

  private static func isWord(_ digits: String) -> Bool { !digits.utf8.contains(where: isDigit) }

  private mutating func number() throws(FormatError) -> (digits: String, start: Int) {
    let start = start()
    switch try literal() {
    case .integer(let digits), .float(let digits): return (digits, start)
    case .string: throw unexpected("a number", at: start)
    }
  }
}
