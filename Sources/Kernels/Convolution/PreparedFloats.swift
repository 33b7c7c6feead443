/// Floats that a prepared kernel owns, 64-byte aligned, zero at first; written while it is prepared, then only read.
final class PreparedFloats: @unchecked Sendable {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let bytes = max(count, 16) * MemoryLayout<Float>.stride
    start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 16))
    start.initialize(repeating: 0, count: max(count, 16))
  }

  deinit { start.deallocate() }

  var byteCount: Int { count * MemoryLayout<Float>.stride }

  /// `values` followed by zeros up to `count`.
  convenience init(_ values: UnsafePointer<Float>?, used: Int, count: Int) {
    self.init(count: count)
    if let values { start.update(from: values, count: used) }
  }
}
