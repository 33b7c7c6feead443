internal import Network
internal import Operators

/// Holds computed values against expected ones, as ONNX's backend tests do: types, extents and strings equal, numbers within
/// `absolute + relative * |expected|` (numpy.allclose), NaN equal to NaN.
struct ValueComparison {
  static let relative = 1e-3
  static let absolute = 1e-7

  /// What differs first, in words; nil if nothing does.
  static func difference(_ found: RuntimeValue, _ expected: RuntimeValue) -> String? {
    switch (found, expected) {
    case (.tensor(let found), .tensor(let expected)): difference(found, expected)
    case (.strings(let found), .strings(let expected)): difference(found, expected)
    case (.sequence(let found), .sequence(let expected)): difference(found, expected)
    case (.optional(let found), .optional(let expected)):
      switch (found, expected) {
      case (nil, nil): nil
      case (let found?, let expected?): difference(found, expected)
      case (nil, _): "it is empty, and a value is expected"
      case (_, nil): "it holds a value, and none is expected"
      }
    case (.map(let found), .map(let expected)): difference(found, expected)
    case (let found, .optional(let expected?)): difference(found, expected)
    case (.optional(let found?), let expected): difference(found, expected)
    default: "it is of another kind than expected"
    }
  }

  private static func difference(_ found: [RuntimeValue], _ expected: [RuntimeValue]) -> String? {
    guard found.count == expected.count else {
      return "it has \(found.count) elements, expected \(expected.count)"
    }
    for (index, pair) in zip(found, expected).enumerated() {
      if let difference = difference(pair.0, pair.1) { return "element \(index): \(difference)" }
    }
    return nil
  }

  /// Maps have no order.
  private static func difference(_ found: RuntimeMap, _ expected: RuntimeMap) -> String? {
    guard let found = try? found.sorted, let expected = try? expected.sorted else {
      return "its keys or values cannot be compared"
    }
    return difference(found.keys, expected.keys).map { "keys: \($0)" }
      ?? difference(found.values, expected.values).map { "values: \($0)" }
  }

  private static func difference(_ found: StringTensor, _ expected: StringTensor) -> String? {
    guard found.dimensions == expected.dimensions else {
      return "extents \(found.dimensions), expected \(expected.dimensions)"
    }
    let index = found.elements.indices.first { found.elements[$0] != expected.elements[$0] }
    return index.map { "string \($0) differs" }
  }

  private static func difference(_ found: DenseTensor, _ expected: DenseTensor) -> String? {
    guard found.element == expected.element else {
      return "type \(found.element.name), expected \(expected.element.name)"
    }
    guard found.dimensions == expected.dimensions else {
      return "extents \(found.dimensions), expected \(expected.dimensions)"
    }
    guard let foundValues = numbers(found), let expectedValues = numbers(expected) else {
      return "numbers of type \(found.element.name) cannot be compared"
    }
    let relative = found.element == .bfloat16 ? 0x1p-6 : Self.relative
    var worst = 0.0
    var count = 0
    for (a, b) in zip(foundValues, expectedValues) {
      if a == b || (a.isNaN && b.isNaN) { continue }
      if abs(a - b) <= absolute + relative * abs(b) { continue }
      count += 1
      worst = max(worst, abs(a - b))
    }
    return count == 0 ? nil : "\(count) of \(foundValues.count) numbers differ, the worst by \(worst)"
  }

  /// The numbers, a complex one as its two parts.
  private static func numbers(_ tensor: DenseTensor) -> [Double]? {
    switch tensor.element {
    case .complex64:
      let parts = UnsafeBufferPointer(
        start: tensor.buffer.base.assumingMemoryBound(to: Float.self), count: 2 * tensor.elementCount)
      return parts.map(Double.init)
    case .complex128:
      return Array(
        UnsafeBufferPointer(
          start: tensor.buffer.base.assumingMemoryBound(to: Double.self), count: 2 * tensor.elementCount))
    default: return tensor.values?.doubles
    }
  }
}
