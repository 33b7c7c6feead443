import Network

/// Operators that make one element of many.
extension SubgraphTranslator {
  /// The axes that an operator reduces, counted from the front in the file's layout.
  private func reducedAxes(_ operation: LiteOperator) throws(Untranslatable) -> [Int] {
    let source = try input(operation, 0)
    guard let list = constant(try input(operation, 1)), tensor(source).hasKnownRank else {
      throw .unsupported
    }
    var axes: [Int] = []
    for axis in list {
      let place = try normalized(axis, rank: tensor(source).rank)
      if !axes.contains(place) { axes.append(place) }
    }
    return axes
  }

  /// The layout in which a reduction gives what the file means: that of its source, unless taking axes away would leave
  /// the others in another order than the file has them.
  private func reductionLayout(_ source: Int, _ axes: [Int], keepsAxes: Bool) -> Layout {
    guard commonLayout([source]) == .channelsFirst else { return .file }
    if keepsAxes { return .channelsFirst }
    let rest = Self.order(tensor(source).rank).filter { !axes.contains($0) }
    return rest == rest.sorted() && rest.count < 3 ? .channelsFirst : .file
  }

  mutating func reduce(_ operation: LiteOperator, _ name: String) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let axes = try reducedAxes(operation)
    let keepsAxes = try flag(operation, 0)
    let layout = reductionLayout(source, axes, keepsAxes: keepsAxes)
    let places = axes.map { axis($0, rank: tensor(source).rank, layout) }.sorted()
    let result = emit(
      name, [try real(source, layout), integers(places)],
      [Attribute("keepdims", .integer(keepsAxes ? 1 : 0)), Attribute("noop_with_empty_axes", .integer(1))])
    try finish(result, output, keepsAxes ? layout : .file)
  }

  /// Whether any or all of some truth values hold: the largest or the smallest of them as numbers.
  mutating func reduceTruth(_ operation: LiteOperator, _ name: String) throws(Untranslatable) {
    let source = try input(operation, 0)
    let axes = try reducedAxes(operation)
    let numbers = emit(
      "Cast", [try operand(source, .file)], [Attribute("to", .integer(Int(ElementType.int32.rawValue)))])
    let result = emit(
      name, [numbers, integers(axes)],
      [
        Attribute("keepdims", .integer(try flag(operation, 0) ? 1 : 0)),
        Attribute("noop_with_empty_axes", .integer(1)),
      ])
    bind(
      operation.outputs[0], .file,
      emit("Cast", [result], [Attribute("to", .integer(Int(ElementType.bool.rawValue)))]))
  }

  mutating func cumulate(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    guard let axis = constant(try input(operation, 1))?.first else { throw .unsupported }
    let result = emit(
      "CumSum", [try real(source, .file), number([axis], .int64, dimensions: [])],
      [
        Attribute("exclusive", .integer(try flag(operation, 0) ? 1 : 0)),
        Attribute("reverse", .integer(try flag(operation, 1) ? 1 : 0)),
      ])
    try finish(result, operation.outputs[0], .file)
  }
}
