/// Places buffers that live over a range of steps into one block of memory, so that no two that are alive together
/// overlap.
///
/// Finding the smallest block is NP-hard, so a few greedy orders are tried and the best is kept: by size (Pisarchyk and
/// Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020), by area (size times duration), by length of
/// life, and in the order of time.
package enum ArenaPlanner {
  /// A buffer and the steps, both ends included, over which its content matters.
  package struct Request: Sendable, Equatable {
    package var bytes: Int
    package var first: Int
    package var last: Int
    package init(bytes: Int, first: Int, last: Int) {
      self.bytes = bytes
      self.first = first
      self.last = last
    }

    func overlaps(_ other: Request) -> Bool { first <= other.last && other.first <= last }
  }

  package struct Layout: Sendable, Equatable {
    /// One for each request, multiples of `alignment`.
    package var offsets: [Int]
    package var bytes: Int
    /// The most bytes that are alive at one step; no arena can be smaller.
    package var lowerBoundBytes: Int
  }

  package static let alignment = 64
  /// Above this many buffers only the order of time is tried, whose effort grows with the buffers alive at once.
  private static let exhaustiveCount = 4096

  /// Places `requests`; nil if the sum of their sizes is more than an `Int` holds.
  package static func place(_ requests: [Request]) -> Layout? {
    var sizes: [Int] = []
    var sum = 0
    for request in requests {
      guard request.bytes >= 0, request.bytes <= Int.max - alignment else { return nil }
      let size = (request.bytes + alignment - 1) / alignment * alignment
      let (total, overflow) = sum.addingReportingOverflow(size)
      guard !overflow else { return nil }
      sum = total
      sizes.append(size)
    }
    let bound = lowerBound(requests, sizes)
    var best: Layout?
    for order in orders(requests, sizes) {
      let layout = place(requests, sizes, order: order, lowerBound: bound)
      if layout.bytes < best?.bytes ?? .max { best = layout }
      if layout.bytes == bound { break }
    }
    return best
  }

  private static func lowerBound(_ requests: [Request], _ sizes: [Int]) -> Int {
    guard let last = requests.map(\.last).max() else { return 0 }
    var change = Array(repeating: 0, count: last + 2)
    for (request, size) in zip(requests, sizes) where request.first <= request.last {
      change[request.first] += size
      change[request.last + 1] -= size
    }
    var live = 0
    var most = 0
    for delta in change {
      live += delta
      most = max(most, live)
    }
    return most
  }

  private static func orders(_ requests: [Request], _ sizes: [Int]) -> [[Int]] {
    let indices = Array(requests.indices)
    let byTime = indices.sorted {
      (requests[$0].first, -sizes[$0], $0) < (requests[$1].first, -sizes[$1], $1)
    }
    guard requests.count <= exhaustiveCount else { return [byTime] }
    func duration(_ index: Int) -> Int { requests[index].last - requests[index].first + 1 }
    func area(_ index: Int) -> Double { Double(sizes[index]) * Double(duration(index)) }
    return [
      indices.sorted { (-sizes[$0], requests[$0].first, $0) < (-sizes[$1], requests[$1].first, $1) },
      indices.sorted { (-area($0), requests[$0].first, $0) < (-area($1), requests[$1].first, $1) },
      indices.sorted { (-duration($0), -sizes[$0], $0) < (-duration($1), -sizes[$1], $1) },
      byTime,
    ]
  }

  private static func place(
    _ requests: [Request], _ sizes: [Int], order: [Int], lowerBound: Int
  ) -> Layout {
    var offsets = Array(repeating: 0, count: requests.count)
    var placed = PlacedBuffers()
    var bytes = 0
    let isTimeOrder = requests.count > exhaustiveCount
    for index in order where sizes[index] > 0 {
      if isTimeOrder { placed.drop(endedBefore: requests[index].first) }
      offsets[index] = placed.bestGap(for: requests[index], size: sizes[index])
      placed.insert(.init(request: requests[index], offset: offsets[index], size: sizes[index]))
      bytes = max(bytes, offsets[index] + sizes[index])
    }
    return Layout(offsets: offsets, bytes: bytes, lowerBoundBytes: lowerBound)
  }
}

/// Buffers that have their place, in the order of their offsets.
private struct PlacedBuffers {
  struct Buffer {
    var request: ArenaPlanner.Request
    var offset: Int
    var size: Int
  }
  private var buffers: [Buffer] = []

  /// The offset of the smallest gap between buffers alive together with `request` that holds `size` bytes, or the end.
  func bestGap(for request: ArenaPlanner.Request, size: Int) -> Int {
    var best: (offset: Int, gap: Int)?
    var end = 0
    for buffer in buffers where buffer.request.overlaps(request) {
      let gap = buffer.offset - end
      if gap >= size, gap < best?.gap ?? .max { best = (end, gap) }
      end = max(end, buffer.offset + buffer.size)
    }
    return best?.offset ?? end
  }

  mutating func insert(_ buffer: Buffer) {
    var low = 0
    var high = buffers.count
    while low < high {
      let middle = (low + high) / 2
      if buffers[middle].offset < buffer.offset { low = middle + 1 } else { high = middle }
    }
    buffers.insert(buffer, at: low)
  }

  mutating func drop(endedBefore step: Int) { buffers.removeAll { $0.request.last < step } }
}
