internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The values of a map as a row of a matrix: one after the other in the order of their keys (dense), or each in the column that
/// its key names (sparse).
struct CastMap: Operator {
  static let name = "CastMap"
  static let domain = "ai.onnx.ml"
  private let element: ElementType
  /// nil for the dense form, which has a column for each key.
  private let columns: Int?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    switch try attributes.string("cast_to", default: "TO_FLOAT") {
    case "TO_FLOAT": element = .float32
    case "TO_STRING": element = .string
    case "TO_INT64": element = .int64
    case let other: throw .attributeValue("cast_to", reason: "\(other) is not known")
    }
    switch try attributes.string("map_form", default: "DENSE") {
    case "DENSE": columns = nil
    case "SPARSE": columns = try attributes.integer("max_map", default: 1)
    case let other: throw .attributeValue("map_form", reason: "\(other) is neither DENSE nor SPARSE")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard case .map = try inputs.required(0).type else { throw .shape(input: 0, reason: "not a map") }
    return [Fact(element, [1, columns])]
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    let map = try context.map(0)
    let (keys, values) = try map.lists
    guard case .integers(_, let numbers) = keys else {
      throw .shape(input: 0, reason: "its keys are not numbers")
    }
    let result = try cast(map.values, values, limit: context.limit)
    var places: [Int?] = keys.ascending
    if let columns { places = try Self.places(of: numbers, in: columns, limit: context.limit) }
    try result.write(
      places, [1, places.count], fallback: .nothing(element, string: "0.f"), context)
  }

  /// The values as elements of the output's type.
  private func cast(
    _ stored: RuntimeValue, _ values: LabelList, limit: Int
  ) throws(OperatorError) -> LabelList {
    if element == .string, case .floats(_, let numbers) = values {
      return .strings(numbers.map(Self.decimal))
    }
    let cast = KernelContext(inputs: [stored], outputCount: 1, limit: limit)
    try convert(cast, to: element, ElementRounding())
    guard let result = LabelList(try cast.onlyOutput) else { throw .elementType(input: 0, found: element) }
    return result
  }

  /// With six decimals, as ONNX Runtime writes it; the standard is silent.
  private static func decimal(_ number: Double) -> String {
    let characters = withVaList([number]) { arguments in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
        let count = Int(vsnprintf(buffer.baseAddress, buffer.count, "%f", arguments))
        return buffer.prefix(min(max(count, 0), buffer.count - 1)).map(UInt8.init(bitPattern:))
      }
    }
    return String(decoding: characters, as: UTF8.self)
  }

  /// For each column of the sparse form the place in the map of what it takes.
  private static func places(
    of keys: [Int], in columns: Int, limit: Int
  ) throws(OperatorError) -> [Int?] {
    guard columns > 0 else { throw .attributeValue("max_map", reason: "\(columns) is not above 0") }
    let bytes = try product(columns, MemoryLayout<Int?>.stride)
    guard bytes <= limit else { throw .tooLarge(bytes: bytes, limit: limit) }
    var places = [Int?](repeating: nil, count: columns)
    for (place, key) in keys.enumerated() {
      guard places.indices.contains(key) else {
        throw .value(input: 0, reason: "a key outside of 0 to \(columns - 1)")
      }
      places[key] = place
    }
    return places
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
}
