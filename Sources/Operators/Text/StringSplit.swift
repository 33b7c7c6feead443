internal import Network

/// Each string cut at a delimiter, the parts along a new last axis that is filled up with empty strings; and their
/// number.
struct StringSplit: Operator {
  static let name = "StringSplit"
  /// Empty for any run of white space.
  private let delimiter: String
  private let largest: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    delimiter = try attributes.string("delimiter", default: "")
    largest = try attributes.integer("maxsplit", default: .max)
    guard largest >= 0 else { throw .attributeValue("maxsplit", reason: "negative") }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let shape = try inputs.strings(0).shape
    let longest: Dimension = shape?.elementCount == 0 ? 0 : nil
    return [Fact(.string, shape.map { Shape($0.dimensions + [longest]) }), Fact(.int64, shape)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.strings(0)
    let parts = input.elements.map { delimiter.isEmpty ? words($0) : pieces($0) }
    let longest = parts.map(\.count).max() ?? 0
    guard try product(longest, parts.count) <= context.limit / 16 else {
      throw .tooLarge(bytes: try product(longest, parts.count), limit: context.limit)
    }
    let elements = parts.flatMap { $0 + Array(repeating: "", count: longest - $0.count) }
    context.forward(
      .strings(StringTensor(dimensions: input.dimensions + [longest], elements: elements)), to: 0)
    context.forward(.tensor(.int64(parts.map(\.count), input.dimensions)), to: 1)
  }

  private func words(_ text: String) -> [String] {
    let parts = text.split(
      maxSplits: largest, omittingEmptySubsequences: true, whereSeparator: \.isWhitespace)
    guard var last = parts.last else { return [] }
    // What is left behind the last cut keeps its inner white space only.
    while let end = last.last, end.isWhitespace { last.removeLast() }
    last = last.drop(while: \.isWhitespace)
    return parts.dropLast().map(String.init) + (last.isEmpty ? [] : [String(last)])
  }

  /// Compares scalars, so that a delimiter is found inside of what is displayed as one character.
  private func pieces(_ text: String) -> [String] {
    let (mark, scalars) = (Array(delimiter.unicodeScalars), Array(text.unicodeScalars))
    var (parts, start, place): ([String], Int, Int) = ([], 0, 0)
    func piece(_ range: Range<Int>) -> String {
      var piece = String.UnicodeScalarView()
      piece.append(contentsOf: scalars[range])
      return String(piece)
    }
    while place + mark.count <= scalars.count, parts.count < largest {
      if scalars[place..<place + mark.count].elementsEqual(mark) {
        parts.append(piece(start..<place))
        place += mark.count
        start = place
      } else {
        place += 1
      }
    }
    return parts + [piece(start..<scalars.count)]
  }
}
