internal import CMicrokernels

/// W or R of every direction as the right sides of products, in panels of a tile's width.
enum PackedRecurrentMatrix: Sendable {
  case floats(PackedFloats)
  case bytes(PackedByteMatrix)

  var byteCount: Int {
    switch self {
    case .floats(let packed): packed.byteCount
    case .bytes(let matrix): matrix.panels.byteCount + matrix.notes.byteCount
    }
  }
}

/// Rows of unsigned bytes that stand for `scale (q - zero)`.
struct ByteRows {
  let bytes: UnsafeRawPointer
  let rows: Int
  let depth: Int
  let scale: Float
  let zero: Int32
}

extension ByteRows {
  /// One row of `count` floats, rounded over their own range.
  init(
    rounding values: UnsafePointer<Float>, count: Int, into bytes: UnsafeMutablePointer<UInt8>,
    _ isa: assay_isa
  ) {
    var (lowest, highest): (Float, Float) = (0, 0)
    assay_value_range(isa, values, count, &lowest, &highest)
    let range = ByteRange(lowest: lowest, highest: highest)
    range.quantize(values, to: bytes, count: count, isa: isa)
    self.init(
      bytes: UnsafeRawPointer(bytes), rows: 1, depth: count, scale: range.scale, zero: Int32(range.zero))
  }
}

/// Weights of 8-bit integers in panels of `tile` columns.
struct PackedByteMatrix: Sendable {
  let panels: PackedFloats
  /// The sums of all columns, then their zero points, as 32-bit integers, then their scales.
  let notes: PackedFloats
  let panelBytes: Int
  let tile: Int
  let hasZeros: Bool

  /// Writes `left` times some panels, and the bias of their columns, as floats.
  func multiply(
    _ left: ByteRows, panels range: Range<Int>, bias: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>, rowStride: Int, scratch: ByteProductScratch.Pointers,
    _ isa: assay_isa
  ) {
    let (columns, first) = (range.count * tile, range.lowerBound * tile)
    let all = notes.count / 3
    let scales = notes.pointer + 2 * all + first
    for column in 0..<columns { scratch.scales[column] = left.scale * scales[column] }
    let integers = UnsafeRawPointer(notes.pointer).assumingMemoryBound(to: Int32.self) + first
    var task = assay_quantized_problem()
    (task.rows, task.columns, task.depth) = (left.rows, columns, left.depth)
    task.a = left.bytes
    task.a_row_stride = left.depth
    task.a_zero = left.zero
    task.packed_b = UnsafeRawPointer(panels.pointer) + range.lowerBound * panelBytes
    task.column_sums = integers
    task.column_zeros = integers + all
    task.has_column_zeros = hasZeros ? 1 : 0
    task.output = assay_quantized_float
    task.c = UnsafeMutableRawPointer(target)
    task.c_row_stride = rowStride
    task.scale = UnsafePointer(scratch.scales)
    task.bias = bias
    (task.low, task.high) = (-.infinity, .infinity)
    task.scratch = scratch.product
    assay_quantized_multiply(isa, &task, 0, columns)
  }
}

/// Where a thread multiplies bytes, in floats: the product's own memory, a state's bytes, and the scales of columns.
struct ByteProductScratch {
  struct Pointers {
    let product: UnsafeMutableRawPointer
    let state: UnsafeMutablePointer<UInt8>
    let scales: UnsafeMutablePointer<Float>
  }

  private let productFloats: Int
  private let stateFloats: Int
  let floats: Int

  init(_ layer: RecurrentLayer, steps: Int, columns: Int, isa: assay_isa) {
    let bytes = max(
      assay_quantized_scratch_bytes(isa, steps * layer.batch, layer.input),
      assay_quantized_scratch_bytes(isa, 1, layer.hidden))
    productFloats = (bytes + 63) / 64 * 16
    stateFloats = (layer.hidden + 63) / 64 * 16
    floats = productFloats + stateFloats + columns
  }

  func pointers(_ scratch: UnsafeMutableRawPointer) -> Pointers {
    let floats = scratch.assumingMemoryBound(to: Float.self)
    return Pointers(
      product: scratch,
      state: UnsafeMutableRawPointer(floats + productFloats).assumingMemoryBound(to: UInt8.self),
      scales: floats + productFloats + stateFloats)
  }
}
