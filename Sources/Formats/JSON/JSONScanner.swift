/// Reads JSON (RFC 8259) piece by piece, as its caller asks for it, so that nothing is kept that nobody wants.
struct JSONScanner {
  private let bytes: UnsafeRawBufferPointer
  private let end: Int
  private(set) var offset: Int
  private let limits: Limits
  private var depth = 0

  /// The document in `range` of `bytes`.
  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, limits: Limits) {
    self.bytes = bytes
    self.limits = limits
    offset = range.lowerBound
    end = range.upperBound
  }

  /// Calls `body` for each member of an object, which must read the member's value. No key may stand twice.
  mutating func object(
    _ body: (_ scanner: inout JSONScanner, _ key: String, _ offset: Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    var keys: Set<String> = []
    try list(from: "{", to: "}") { (scanner) throws(FormatError) in
      let start = scanner.offset
      let key = try scanner.string()
      guard keys.insert(key).inserted else { throw FormatError(.duplicateName(key), offset: start) }
      try scanner.expect(":")
      scanner.skipSpace()
      try body(&scanner, key, start)
    }
  }

  /// Calls `body` for each element of an array, which must read it.
  mutating func array(
    _ body: (_ scanner: inout JSONScanner) throws(FormatError) -> Void
  ) throws(FormatError) {
    try list(from: "[", to: "]", body)
  }

  /// Integers, none of them negative.
  mutating func counts(limit: Int, _ what: FormatError.Limited) throws(FormatError) -> [Int] {
    var counts: [Int] = []
    try array { (scanner) throws(FormatError) in
      guard counts.count < limit else {
        throw FormatError(.tooMany(what, limit: limit), offset: scanner.offset)
      }
      counts.append(try scanner.count())
    }
    return counts
  }

  /// An integer that is not negative, in digits alone.
  mutating func count() throws(FormatError) -> Int {
    skipSpace()
    let start = offset
    var value = 0
    while let byte = current, (48...57).contains(byte) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(byte) - 48)
      guard !overflow, !carry else { throw FormatError(.malformedNumber, offset: start) }
      value = sum
      offset += 1
    }
    guard offset > start else { throw wrong("an integer that is not negative") }
    return value
  }

  mutating func string() throws(FormatError) -> String {
    skipSpace()
    try expect("\"")
    let start = offset
    var text: [UInt8] = []
    while let byte = current {
      guard offset - start <= limits.nameBytes else {
        throw FormatError(.tooMany(.nameBytes, limit: limits.nameBytes), offset: start)
      }
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw wrong("a string without control characters")
      default:
        text.append(byte)
        offset += 1
      }
    }
    throw FormatError(.truncated, offset: offset)
  }

  /// Passes over one value of any kind.
  mutating func skip() throws(FormatError) {
    skipSpace()
    switch current {
    case UInt8(ascii: "{")?: try object { (scanner, _, _) throws(FormatError) in try scanner.skip() }
    case UInt8(ascii: "[")?: try array { (scanner) throws(FormatError) in try scanner.skip() }
    case UInt8(ascii: "\"")?: _ = try string()
    default:
      let start = offset
      while let byte = current, Self.isScalar(byte) { offset += 1 }
      guard offset > start else { throw wrong("a value") }
    }
  }

  /// Throws if anything but space is left.
  mutating func finish() throws(FormatError) {
    skipSpace()
    guard offset == end else { throw wrong("nothing more") }
  }

  private var current: UInt8? { offset < end ? bytes[offset] : nil }

  /// Letters, digits and signs, of which numbers, `true`, `false` and `null` are made.
  private static func isScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  private func wrong(_ expected: String) -> FormatError {
    guard let current else { return FormatError(.truncated, offset: offset) }
    let found = String(decoding: [current], as: UTF8.self)
    return FormatError(.syntax(expected: expected, found: "'\(found)'"), offset: offset)
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(FormatError) {
    skipSpace()
    guard let current, UInt32(current) == character.value else { throw wrong("'\(character)'") }
    offset += 1
  }

  private mutating func list(
    from open: Unicode.Scalar, to close: Unicode.Scalar,
    _ body: (inout JSONScanner) throws(FormatError) -> Void
  ) throws(FormatError) {
    try expect(open)
    depth += 1
    guard depth <= limits.depth else {
      throw FormatError(.tooMany(.depth, limit: limits.depth), offset: offset)
    }
    skipSpace()
    var isFirst = true
    while current.map({ UInt32($0) != close.value }) ?? true {
      if !isFirst { try expect(",") }
      isFirst = false
      skipSpace()
      try body(&self)
      skipSpace()
    }
    offset += 1
    depth -= 1
  }

  private mutating func escape(into text: inout [UInt8]) throws(FormatError) {
    let start = offset
    offset += 1
    guard let kind = current else { throw FormatError(.truncated, offset: offset) }
    offset += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var unit = try codeUnit()
      if unit & 0xFC00 == 0xD800, current == UInt8(ascii: "\\"), offset + 1 < end,
        bytes[offset + 1] == UInt8(ascii: "u")
      {
        offset += 2
        let low = try codeUnit()
        unit = low & 0xFC00 == 0xDC00 ? 0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF : 0xFFFD
      }
      // Half of a pair stands for no character.
      text.append(contentsOf: String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
    default: throw FormatError(.syntax(expected: "an escape", found: "'\\'"), offset: start)
    }
  }

  /// Four hexadecimal digits.
  private mutating func codeUnit() throws(FormatError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current else { throw FormatError(.truncated, offset: offset) }
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw wrong("a hexadecimal digit")
      }
      unit = unit << 4 | UInt32(digit)
      offset += 1
    }
    return unit
  }
}
