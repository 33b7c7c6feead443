import Network

/// Blocks of a map as batches of their own and back, as dilated convolutions were once written.
extension SubgraphTranslator {
  /// Extents of blocks and pairs of elements before and behind, both of the axes behind the batch.
  private func blocks(_ operation: LiteOperator) throws(Untranslatable) -> (sizes: [Int], pairs: [Int]) {
    let source = try input(operation, 0)
    guard let sizes = constant(try input(operation, 1)), let pairs = constant(try input(operation, 2)),
      pairs.count == 2 * sizes.count, sizes.count < tensor(source).rank,
      sizes.allSatisfy({ (1...4096).contains($0) }), pairs.allSatisfy({ (0...Int(Int32.max)).contains($0) }),
      !tensor(source).extents.contains(nil)
    else { throw .unsupported }
    return (sizes, pairs)
  }

  mutating func spaceToBatch(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let (sizes, pairs) = try blocks(operation)
    let rest = tensor(source).rank - sizes.count - 1
    var (value, isReal) = try moved(source, output, .file)
    let before =
      [0] + stride(from: 0, to: pairs.count, by: 2).map { pairs[$0] } + Array(repeating: 0, count: rest)
    let behind =
      [0] + stride(from: 1, to: pairs.count, by: 2).map { pairs[$0] } + Array(repeating: 0, count: rest)
    var inputs = [value, integers(before + behind)]
    if !isReal, tensor(source).isQuantized { inputs.append(try quantizer(source, .file).zero) }
    value = emit("Pad", inputs)
    let shape = tensor(source).shape
    var parts = [shape[0]]
    for (place, size) in sizes.enumerated() {
      let extent = shape[place + 1] + before[place + 1] + behind[place + 1]
      guard extent % size == 0 else { throw malformed("its blocks do not fit its map") }
      parts += [extent / size, size]
    }
    value = emit("Reshape", [value, integers(parts + shape.dropFirst(sizes.count + 1))])
    let order =
      sizes.indices.map { 2 * $0 + 2 } + [0] + sizes.indices.map { 2 * $0 + 1 }
      + (0..<rest).map { 2 * sizes.count + 1 + $0 }
    value = transposed(value, order, isAuxiliary: false)
    guard let target = target(of: output) else { throw .unsupported }
    try finish(emit("Reshape", [value, integers(target)]), output, .file, hasRealValues: isReal)
  }

  mutating func batchToSpace(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let (sizes, pairs) = try blocks(operation)
    let shape = tensor(source).shape
    let count = sizes.reduce(1, &*)
    guard count > 0, shape[0] % count == 0 else { throw malformed("its blocks do not fit its batch") }
    var (value, isReal) = try moved(source, output, .file)
    value = emit("Reshape", [value, integers(sizes + [shape[0] / count] + shape.dropFirst())])
    var order = [sizes.count]
    for place in sizes.indices { order += [sizes.count + 1 + place, place] }
    order += (2 * sizes.count + 1)..<(sizes.count + shape.count)
    value = transposed(value, order, isAuxiliary: false)
    var whole = [shape[0] / count]
    for (place, size) in sizes.enumerated() {
      let (extent, overflow) = shape[place + 1].multipliedReportingOverflow(by: size)
      guard !overflow else { throw malformed("its map is too large") }
      whole.append(extent)
    }
    value = emit("Reshape", [value, integers(whole + shape.dropFirst(sizes.count + 1))])
    let starts = sizes.indices.map { pairs[2 * $0] }
    let ends = sizes.indices.map { whole[$0 + 1] - pairs[2 * $0 + 1] }
    value = emit("Slice", [value, integers(starts), integers(ends), integers(sizes.indices.map { $0 + 1 })])
    try finish(value, output, .file, hasRealValues: isReal)
  }
}
