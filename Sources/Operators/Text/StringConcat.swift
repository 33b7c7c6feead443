internal import Network

/// Two strings one behind the other, with broadcasting.
struct StringConcat: Operator {
  static let name = "StringConcat"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.string, try broadcastShape([try inputs.strings(0).shape, try inputs.strings(1).shape]))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    let (a, b) = (try context.strings(0), try context.strings(1))
    guard let extents = try broadcastShape([Shape(a.dimensions), Shape(b.dimensions)])?.known else { return }
    let count = try product(extents)
    // Each string takes at least its own 16 bytes.
    guard count <= context.limit / 16 else { throw .tooLarge(bytes: count, limit: context.limit) }
    var elements = [String](repeating: "", count: count)
    let walk = StridedWalk(
      extents,
      strides: [
        rowMajorStrides(extents), broadcastStrides(a.dimensions, to: extents),
        broadcastStrides(b.dimensions, to: extents),
      ])
    let (length, strides) = walk.row
    walk.forEachRow { offset in
      for index in 0..<length {
        let place = offset &+ strides &* SIMD4(repeating: index)
        elements[place[0]] = a.elements[place[1]] + b.elements[place[2]]
      }
    }
    context.forward(.strings(StringTensor(dimensions: extents, elements: elements)), to: 0)
  }
}
