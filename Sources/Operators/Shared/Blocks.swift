internal import Network

/// Copies the slices `indices` of `axis` from `input` to `output`, whose extent there is the number of indices.
///
/// The indices have been checked.
func copySlices(_ indices: [Int], along axis: Int, from input: DenseTensor, to output: DenseTensor) {
  let outer = input.dimensions[..<axis].reduce(1, &*)
  let inner = input.dimensions[(axis + 1)...].reduce(input.width, &*)
  let extent = input.dimensions[axis]
  var target = output.bytes
  for block in 0..<outer {
    let source = input.bytes + block &* extent &* inner
    for index in indices {
      target.copyMemory(from: source + index &* inner, byteCount: inner)
      target += inner
    }
  }
}

/// The place of an index that may count from the end, or an error that names the input it comes from.
@inline(__always)
func checkedIndex(_ index: Int, extent: Int, input: Int) throws(OperatorError) -> Int {
  guard index >= -extent, index < extent else {
    throw .value(input: input, reason: "index \(index) of an axis of \(extent)")
  }
  return index < 0 ? index + extent : index
}

/// Fills a tensor with copies of its first `width` bytes at `value`.
func fill(_ output: DenseTensor, with value: UnsafeRawPointer) {
  copyStrided(
    extents: [output.elementCount], width: output.width, from: value, strides: [0], to: output.bytes,
    strides: [1])
}

extension Shape {
  /// A shape of `rank` extents that nobody knows yet.
  static func unknown(rank: Int) -> Shape { Shape([Dimension](repeating: nil, count: rank)) }
}

/// `ceil(a / b)` for a positive `b`.
func ceilingQuotient(_ a: Int, _ b: Int) -> Int {
  let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
  return rest > 0 ? quotient + 1 : quotient
}
