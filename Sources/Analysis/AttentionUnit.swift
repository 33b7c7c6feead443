package import Network
package import Operators

/// One scaled dot-product attention: `softmax(scale * Q K^T + mask) V` for each head.
package struct AttentionUnit: Sendable, Equatable {
  /// The operator's name, or that of the softmax in the middle of a chain.
  package var name: String
  package var form: Form
  /// Indices of the layers that it runs in.
  package var layers: [Int]
  /// Batch, heads, lengths and sizes; `pastLength` are the keys that earlier calls left.
  package var extents: AttentionExtents
  /// Keys and values that come with this call.
  package var newKeys: Dimension
  /// Which keys a query sees; nil where a mask decides whose content only the run knows.
  package var visibility: AttentionVisibility?
  /// Whether the node or the chain takes or gives keys and values of other calls.
  package var hasCache: Bool
  /// The type that keys and values are stored in.
  package var element: ElementType
  /// Multiply-accumulates of both products, every score counted, and those that a causal mask or a window leaves; nil where
  /// an extent, or the mask, is not known.
  package var macs: Int?
  package var neededMACs: Int?

  package enum Form: Sendable, Hashable {
    case `operator`(String)
    /// A product, a softmax and a product, as separate nodes.
    case chain
  }

  /// What one call is to a sequence.
  package enum Phase: String, Sendable {
    /// Every query sees every key: an encoder, or attention across sequences.
    case full
    /// All places of a prompt at once, each seeing those before it.
    case prefill
    /// One new place, which sees all that is cached.
    case decode
  }

  package var phase: Phase {
    if extents.queryLength == 1, let keys = extents.totalLength, keys > 1 { return .decode }
    return hasCache || visibility?.isCausal == true ? .prefill : .full
  }

  /// Bytes of keys and values that each further place of every sequence of the batch takes, where places are cached or
  /// could be.
  package var cacheBytesPerPlace: Int? {
    guard phase != .full, let batch = extents.batch, let heads = extents.keyHeads,
      let size = extents.headSize,
      let valueSize = extents.valueSize
    else { return nil }
    let (row, tooWide) = size.addingReportingOverflow(valueSize)
    let (rows, tooMany) = batch.multipliedReportingOverflow(by: heads)
    let (elements, overflow) = rows.multipliedReportingOverflow(by: row)
    return tooWide || tooMany || overflow ? nil : element.byteCount(of: elements)
  }

  /// Bytes of the keys and values of all places that this call attends to.
  package var cacheBytes: Int? {
    guard let perPlace = cacheBytesPerPlace, let places = extents.totalLength else { return nil }
    let (bytes, overflow) = perPlace.multipliedReportingOverflow(by: places)
    return overflow ? nil : bytes
  }
}

extension AttentionUnit {
  /// Sets both counts from the extents and what is visible.
  mutating func count() {
    guard let extents = try? extents.cost(operationsPerScore: 0) else { return }
    macs = extents.macs
    guard let visibility else { return }
    guard visibility.isCausal || visibility.hasWindow else {
      neededMACs = macs
      return
    }
    let past = earlierKeys
    if visibility.isCausal, !visibility.hasWindow {
      neededMACs = (try? self.extents.cost(operationsPerScore: 0, causalOffset: past))?.causalMACs
    } else {
      neededMACs = visiblePairs(visibility, past: past).flatMap(macs(ofPairs:))
    }
  }

  /// Keys before the first query's own.
  private var earlierKeys: Int {
    guard let total = extents.totalLength, let newKeys else { return 0 }
    return max(total - newKeys, 0)
  }

  /// Rows above which pairs of a window are not added up one by one.
  private static let rowLimit = 1 << 24

  /// Pairs of a query and a key that it sees, of one head.
  private func visiblePairs(_ visibility: AttentionVisibility, past: Int) -> Int? {
    guard let rows = extents.queryLength, let columns = extents.totalLength, rows <= Self.rowLimit else {
      return nil
    }
    var pairs = 0
    for row in 0..<rows {
      let own = past &+ row
      let first = visibility.left.map { max(own - min($0, own), 0) } ?? 0
      var end = columns
      if visibility.isCausal { end = min(end, own + 1) }
      if let right = visibility.right { end = min(end, own + min(right, columns) + 1) }
      pairs += max(end - first, 0)
    }
    return pairs
  }

  private func macs(ofPairs pairs: Int) -> Int? {
    guard let batch = extents.batch, let heads = extents.queryHeads, let size = extents.headSize,
      let valueSize = extents.valueSize
    else { return nil }
    return try? product([batch, heads, pairs, try sum(size, valueSize)])
  }
}
