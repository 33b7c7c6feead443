internal import Network

/// The data with slices replaced, each named by a row of indices into the first axes.
struct ScatterND: ScatterOperator {
  static let name = "ScatterND"
  let reduction: ScatterReduction

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    reduction = try ScatterReduction(attributes)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (data, indices, updates) = (try inputs.tensor(0), try inputs.tensor(1), try inputs.tensor(2))
    guard let shape = data.shape?.known, let rows = indices.shape?.known, let given = updates.shape?.known
    else {
      return [Fact(.tensor(data))]
    }
    guard let depth = rows.last else { throw .rank(input: 1, expected: "at least 1", found: 0) }
    guard depth <= shape.count else { throw .shape(input: 1, reason: "rows longer than the data has axes") }
    guard given == Array(rows.dropLast() + shape.dropFirst(depth)) else {
      throw .shape(input: 2, reason: "not one slice for each row of indices")
    }
    return [Fact(.tensor(data))]
  }

  func forEachUpdate(
    _ context: KernelContext, _ write: (_ to: Int, _ from: Int, _ count: Int) -> Void
  ) throws(OperatorError) {
    let (data, rows) = (try context.input(0).dimensions, try context.input(1).dimensions)
    let indices = try context.integers(1)
    let depth = rows.last ?? 0
    let extents = Array(data[..<depth])
    let slice = data[depth...].reduce(1, &*)
    for row in 0..<rows.dropLast().reduce(1, &*) {
      let place = try offset(of: indices[row * depth..<(row + 1) * depth], in: extents, input: 1)
      write(place * slice, row * slice, slice)
    }
  }
}
