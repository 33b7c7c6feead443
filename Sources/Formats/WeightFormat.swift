package import Network

/// One kind of file that holds weights and no graph.
package protocol WeightFormat: Sendable {
  /// For example `safetensors`; reports print it.
  static var name: String { get }
  /// Whether these bytes look like a file of this kind. Reads a few thousand bytes at most.
  static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool
  static func read(_ file: MappedFile, options: ReadOptions) throws(FormatError) -> WeightFile
}

/// What a file turns out to hold.
package enum FileContents: Sendable {
  case network(Network)
  case weights(WeightFile)
}

/// The ranges that tensors of one file claim for their data.
struct DataRanges {
  private var ranges: [(range: Range<Int>, tensor: String)] = []

  mutating func add(_ range: Range<Int>, tensor: String) { ranges.append((range, tensor)) }

  /// Throws if two ranges overlap or, where every byte must belong to a tensor, if `total` bytes are not covered.
  func check(covering total: Int? = nil) throws(FormatError) {
    let sorted = ranges.filter { !$0.range.isEmpty }.sorted { $0.range.lowerBound < $1.range.lowerBound }
    var end = 0
    for (range, tensor) in sorted {
      guard range.lowerBound >= end else { throw FormatError(.overlappingData(tensor: tensor)) }
      if total != nil, range.lowerBound > end {
        throw FormatError(.unclaimedData(bytes: range.lowerBound - end))
      }
      end = range.upperBound
    }
    if let total, end < total { throw FormatError(.unclaimedData(bytes: total - end)) }
  }
}
