/// Floats that a prepared kernel holds: written while it is prepared, only read from then on.
package final class PackedFloats: @unchecked Sendable {
  private let storage: UnsafeMutablePointer<Float>
  package let count: Int

  /// - Parameters:
  ///   - isZeroed: whether the floats are zero before; else `fill` must write every one of them.
  ///   - fill: writes the `count` floats.
  package init(
    count: Int, isZeroed: Bool = true, fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws(MemoryError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow else { throw .outOfMemory(bytes: .max) }
    let memory = try AlignedMemory.allocate(byteCount: bytes, isZeroed: isZeroed)
    storage = memory.bindMemory(to: Float.self, capacity: count)
    self.count = count
    fill(storage)
  }

  /// `values`, then zeros.
  convenience init(
    _ values: UnsafePointer<Float>?, used: Int, count: Int
  ) throws(MemoryError) {
    try self.init(count: count) { storage in
      if let values { storage.update(from: values, count: used) }
    }
  }

  /// A copy of an array.
  convenience init(_ values: [Float]) throws(MemoryError) {
    try self.init(count: values.count, isZeroed: false) { $0.update(from: values, count: values.count) }
  }

  deinit { AlignedMemory.release(UnsafeMutableRawPointer(storage), byteCount: byteCount) }

  package var pointer: UnsafePointer<Float> { UnsafePointer(storage) }
  package var byteCount: Int { count * MemoryLayout<Float>.stride }
}
