import Network

extension ModelReader {
  /// Where the data of a tensor in an external file stands. A file that is not there is no error: sizes follow from
  /// the tensor's shape.
  mutating func externalStorage(
    _ fields: TensorFields, byteCount: Int, element: ElementType
  ) throws(FormatError) -> Tensor.Storage {
    var location = ""
    var offset = 0
    var length: Int?
    for (key, value) in fields.external {
      switch text(key) {
      case "location": location = text(try name(value))
      case "offset": offset = try number("offset", value)
      case "length": length = try number("length", value)
      default: break
      }
    }
    guard element != .string else { throw FormatError(.tensorField) }
    if let length {
      guard length >= byteCount else { throw FormatError(.tensorLength(expected: byteCount, found: length)) }
      if length > byteCount { noteExcess(text(fields.name), expected: byteCount, found: length) }
    }
    guard let data = try external.file(location) else { return .missing(.externalFile(location: location)) }
    guard offset <= data.count, byteCount <= data.count - offset else {
      throw FormatError(
        .externalRange(location: location, offset: offset, length: byteCount, fileBytes: data.count))
    }
    return .mapped(data, offset..<(offset + byteCount))
  }

  /// A number in digits, without a sign.
  private func number(_ key: String, _ range: Range<Int>) throws(FormatError) -> Int {
    var result = 0
    for byte in file.bytes[range] {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(byte) - 48)
      guard (48...57).contains(byte), !overflow, !carry else {
        throw FormatError(.externalNumber(key: key, value: text(range)), offset: range.lowerBound)
      }
      result = sum
    }
    guard !range.isEmpty else {
      throw FormatError(.externalNumber(key: key, value: ""), offset: range.lowerBound)
    }
    return result
  }
}
