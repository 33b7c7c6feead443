import Network

/// Operators that compare the elements along the last axis of the file, the channels.
extension SubgraphTranslator {
  mutating func softmax(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    let layout = commonLayout([source])
    var value = try real(source, layout)
    let beta = try number(operation, 0)
    // A file without options means 1.
    if beta != 1, operation.options != nil { value = emit("Mul", [value, scalar(beta)]) }
    try finish(emit("Softmax", [value], [lastAxis(source, layout)]), operation.outputs[0], layout)
  }

  mutating func logSoftmax(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    let layout = commonLayout([source])
    let result = emit("LogSoftmax", [try real(source, layout)], [lastAxis(source, layout)])
    try finish(result, operation.outputs[0], layout)
  }

  /// By the root of the sum of squares.
  mutating func normalize(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    let layout = commonLayout([source])
    let attributes = [lastAxis(source, layout), Attribute("p", .integer(2))]
    let result = emit("LpNormalization", [try real(source, layout)], attributes)
    try finish(result, operation.outputs[0], layout, activation: try choice(operation, 0))
  }

  /// The file's alpha stands for each element of the window, the network's for all of them together.
  mutating func localResponse(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    guard tensor(source).rank == 4 else { throw .unsupported }
    let radius = try setting(operation, 0)
    guard (0...4096).contains(radius) else { throw malformed("its radius is \(radius)") }
    let size = 2 * radius + 1
    let attributes = [
      Attribute("size", .integer(size)),
      Attribute("alpha", .float(try number(operation, 2) * Float(size))),
      Attribute("beta", .float(try number(operation, 3))),
      Attribute("bias", .float(try number(operation, 1))),
    ]
    let result = emit("LRN", [try real(source, .channelsFirst)], attributes)
    try finish(result, operation.outputs[0], .channelsFirst)
  }

  private func lastAxis(_ index: Int, _ layout: Layout) -> Attribute {
    let rank = tensor(index).rank
    return Attribute("axis", .integer(layout == .file || rank < 3 ? -1 : 1))
  }
}
