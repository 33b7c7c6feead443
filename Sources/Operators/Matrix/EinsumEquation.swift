package import Network

/// What an Einsum equation says: the labels of each operand's axes and of the result's.
package struct EinsumEquation: Sendable, Equatable {
  package enum Label: Sendable, Hashable {
    case letter(UInt8)
    /// Any number of axes, broadcast like those of elementwise operators.
    case ellipsis
  }

  package let operands: [[Label]]
  package let result: [Label]

  package init(_ equation: String) throws(OperatorError) {
    let bytes = equation.utf8.filter { $0 != 32 }
    let sides = Self.split(bytes)
    var operands: [[Label]] = []
    for term in sides.operands { operands.append(try Self.labels(term)) }
    self.operands = operands
    if let result = sides.result {
      self.result = try Self.labels(result)
      guard Set(self.result).count == self.result.count else { throw Self.failure("a result's axis twice") }
      let known = Set(operands.joined())
      guard self.result.allSatisfy({ known.contains($0) || $0 == .ellipsis }) else {
        throw Self.failure("a result's axis that no operand has")
      }
    } else {
      self.result = Self.implicitResult(operands)
    }
  }

  private static func failure(_ reason: String) -> OperatorError {
    .attributeValue("equation", reason: reason)
  }

  private static func split(_ bytes: [UInt8]) -> (operands: [ArraySlice<UInt8>], result: ArraySlice<UInt8>?) {
    var end = bytes.count
    var result: ArraySlice<UInt8>?
    if let arrow = bytes.indices.dropLast().first(where: {
      bytes[$0] == UInt8(ascii: "-") && bytes[$0 + 1] == UInt8(ascii: ">")
    }) {
      end = arrow
      result = bytes[(arrow + 2)...]
    }
    return (bytes[..<end].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false), result)
  }

  private static func labels(_ term: ArraySlice<UInt8>) throws(OperatorError) -> [Label] {
    var labels: [Label] = []
    var rest = term
    while let byte = rest.first {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        labels.append(.letter(byte))
        rest = rest.dropFirst()
      case UInt8(ascii: ".") where rest.prefix(3).count(where: { $0 == byte }) == 3:
        guard !labels.contains(.ellipsis) else { throw failure("two ellipses in one term") }
        labels.append(.ellipsis)
        rest = rest.dropFirst(3)
      default: throw failure("a character that is not a label")
      }
    }
    return labels
  }

  /// Without an arrow: the ellipsis, then the letters that occur once, in alphabetical order.
  private static func implicitResult(_ operands: [[Label]]) -> [Label] {
    var counts: [UInt8: Int] = [:]
    for case .letter(let letter) in operands.joined() { counts[letter, default: 0] += 1 }
    let letters = counts.filter { $0.value == 1 }.keys.sorted().map(Label.letter)
    return (operands.joined().contains(.ellipsis) ? [.ellipsis] : []) + letters
  }

  /// The equation over operands of known rank: every axis is a number, axes of the result come first.
  package func indices(_ shapes: [Shape]) throws(OperatorError) -> EinsumIndices {
    guard shapes.count == operands.count else {
      throw Self.failure("\(operands.count) terms for \(shapes.count) inputs")
    }
    var widest = 0
    for (index, shape) in shapes.enumerated() {
      let letters = operands[index].count { $0 != .ellipsis }
      let hasEllipsis = operands[index].contains(.ellipsis)
      guard shape.rank == letters || hasEllipsis && shape.rank > letters else {
        throw .rank(input: index, expected: "\(letters)", found: shape.rank)
      }
      if hasEllipsis { widest = max(widest, shape.rank - letters) }
    }
    return try EinsumIndices(self, shapes, ellipsisRank: widest)
  }
}

/// The axes of an Einsum by number: those of the result in its order, then those that are summed over.
package struct EinsumIndices: Sendable, Equatable {
  package private(set) var extents: [Dimension] = []
  package private(set) var operands: [[Int]] = []
  package let resultRank: Int

  private enum Key: Hashable {
    case letter(UInt8)
    /// Axes of an ellipsis, counted from the last.
    case ellipsis(Int)
  }

  fileprivate init(
    _ equation: EinsumEquation, _ shapes: [Shape], ellipsisRank: Int
  ) throws(OperatorError) {
    var numbers: [Key: Int] = [:]
    func keys(_ labels: [EinsumEquation.Label], rank: Int) -> [Key] {
      labels.flatMap { label in
        switch label {
        case .letter(let letter): [Key.letter(letter)]
        case .ellipsis: (0..<rank).reversed().map { Key.ellipsis($0) }
        }
      }
    }
    for key in keys(equation.result, rank: ellipsisRank) { numbers[key] = numbers.count }
    resultRank = numbers.count
    extents = Array(repeating: 1, count: resultRank)
    for (operand, shape) in shapes.enumerated() {
      let letters = equation.operands[operand].count { $0 != .ellipsis }
      var axes: [Int] = []
      for (axis, key) in keys(equation.operands[operand], rank: shape.rank - letters).enumerated() {
        let number = numbers[key] ?? numbers.count
        if number == extents.count { extents.append(1) }
        numbers[key] = number
        axes.append(number)
        try merge(shape[axis], into: number, operand: operand)
      }
      operands.append(axes)
    }
  }

  private mutating func merge(
    _ extent: Dimension, into number: Int, operand: Int
  ) throws(OperatorError) {
    switch (extents[number], extent) {
    case (1, _): extents[number] = extent
    case (_, 1), (_?, nil): break
    case (let a?, let b?):
      if a != b { throw .shape(input: operand, reason: "\(b) where another operand has \(a)") }
    case (nil, let b): extents[number] = b
    }
  }
}
