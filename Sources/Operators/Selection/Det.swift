internal import Network

/// The determinant of each matrix in the last two axes, by elimination with row exchanges.
struct Det: FloatKernel {
  static let name = "Det"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard let shape = data.shape else { return [Fact(data.element, nil)] }
    guard shape.rank >= 2 else { throw .rank(input: 0, expected: "at least 2", found: shape.rank) }
    if let rows = shape[shape.rank - 2], let columns = shape[shape.rank - 1], rows != columns {
      throw .shape(input: 0, reason: "matrices that are not square")
    }
    return [Fact(data.element, Shape(Array(shape.dimensions.dropLast(2))))]
  }

  /// Two thirds of the cube of the order for each matrix.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let order = inputs.first??.shape?.dimensions.last ?? nil else { return nil }
    return try .elementwise(outputs.first?.tensor, try product([2, order, order, order]) / 3)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .whole }

  func run<Element: Number & BinaryFloatingPoint>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let order = input.dimensions[input.rank - 1]
    let source = try input.doubles(input: 0)
    let target = output.mutableElements(as: Element.self)
    for matrix in target.indices {
      let entries = Array(source[matrix * order * order..<(matrix + 1) * order * order])
      target[matrix] = Element(Element(Self.determinant(entries, order)))
    }
  }

  private static func determinant(_ entries: [Double], _ order: Int) -> Double {
    var (matrix, result) = (entries, 1.0)
    for column in 0..<order {
      guard
        let pivot = (column..<order).max(by: {
          abs(matrix[$0 * order + column]) < abs(matrix[$1 * order + column])
        }),
        matrix[pivot * order + column] != 0
      else { return 0 }
      if pivot != column {
        for entry in 0..<order { matrix.swapAt(pivot * order + entry, column * order + entry) }
        result = -result
      }
      let head = matrix[column * order + column]
      result *= head
      for row in (column + 1)..<max(order, column + 1) {
        let factor = matrix[row * order + column] / head
        for entry in column..<order { matrix[row * order + entry] -= factor * matrix[column * order + entry] }
      }
    }
    return result
  }
}
