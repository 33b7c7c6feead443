/// The dictionary at the head of an array file: a Python literal with three keys.
struct NumpyHeader {
  let type: String
  let isFortran: Bool
  let dimensions: [Int]

  init(_ text: String) throws(NumpyFile.Failure) {
    guard let type = Self.quoted(after: "'descr':", in: text) else { throw .header("no 'descr'") }
    guard let order = Self.word(after: "'fortran_order':", in: text), order == "True" || order == "False"
    else {
      throw .header("no 'fortran_order'")
    }
    guard let tuple = Self.parenthesised(after: "'shape':", in: text) else { throw .header("no 'shape'") }
    var dimensions: [Int] = []
    for part in tuple.split(separator: ",") {
      let digits = part.filter { $0 != " " && $0 != "L" }
      if digits.isEmpty { continue }
      guard let extent = Int(digits), extent >= 0 else { throw .header("shape (\(tuple))") }
      dimensions.append(extent)
    }
    guard dimensions.count <= 64 else { throw .header("rank \(dimensions.count)") }
    self.type = type
    isFortran = order == "True"
    self.dimensions = dimensions
  }

  private static func rest(after key: String, in text: String) -> Substring? {
    guard let range = text.firstRange(of: key) else { return nil }
    return text[range.upperBound...].drop { $0 == " " }
  }

  private static func quoted(after key: String, in text: String) -> String? {
    guard let rest = rest(after: key, in: text), let quote = rest.first, quote == "'" || quote == "\"" else {
      return nil
    }
    let body = rest.dropFirst()
    return body.firstIndex(of: quote).map { String(body[..<$0]) }
  }

  private static func word(after key: String, in text: String) -> String? {
    rest(after: key, in: text).map { String($0.prefix { $0.isLetter }) }
  }

  private static func parenthesised(after key: String, in text: String) -> String? {
    guard let rest = rest(after: key, in: text), rest.first == "(" else { return nil }
    let body = rest.dropFirst()
    return body.firstIndex(of: ")").map { String(body[..<$0]) }
  }
}
