/// A file that holds weights by name and no graph: what a network stores, without what it does with it.
package struct WeightFile: Sendable {
  /// Where it came from; messages name it.
  package var path: String
  /// For example `safetensors` or `GGUF`.
  package var format: String
  /// Bytes of all its files together.
  package var fileBytes: Int
  package var formatVersion: Int?
  /// In the order in which the file lists them.
  package var tensors: [StoredTensor]
  package var metadata: [Metadata]
  package var findings: [Finding]

  package init(
    path: String, format: String, fileBytes: Int, formatVersion: Int? = nil, tensors: [StoredTensor],
    metadata: [Metadata] = [], findings: [Finding] = []
  ) {
    self.path = path
    self.format = format
    self.fileBytes = fileBytes
    self.formatVersion = formatVersion
    self.tensors = tensors
    self.metadata = metadata
    self.findings = findings
  }
}

/// One tensor of a file of weights; its data is never read.
package struct StoredTensor: Sendable, Hashable {
  package var name: String
  package var type: StorageType
  /// Outermost first; none is negative.
  package var dimensions: [Int]
  /// The product of `dimensions`.
  package var elements: Int
  /// Bytes of the data.
  package var bytes: Int

  package init(name: String, type: StorageType, dimensions: [Int], elements: Int, bytes: Int) {
    self.name = name
    self.type = type
    self.dimensions = dimensions
    self.elements = elements
    self.bytes = bytes
  }
}

/// How elements are written: one by one, or in blocks of some that share scales.
package struct StorageType: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case floatingPoint
    /// Blocks of small integers with scales among them.
    case quantized
    case integer
  }

  /// As the format spells it, for example `BF16` or `Q4_K`.
  package var name: String
  package var kind: Kind
  package var blockElements: Int
  package var blockBytes: Int

  package init(_ name: String, _ kind: Kind, blockElements: Int = 1, blockBytes: Int) {
    self.name = name
    self.kind = kind
    self.blockElements = blockElements
    self.blockBytes = blockBytes
  }

  package var bitsPerElement: Double { Double(8 * blockBytes) / Double(blockElements) }

  /// Bytes of `count` elements; nil if they are no whole number of blocks, or more than an `Int` holds.
  package func byteCount(of count: Int) -> Int? {
    let (blocks, rest) = count.quotientAndRemainder(dividingBy: blockElements)
    let (bytes, overflow) = blocks.multipliedReportingOverflow(by: blockBytes)
    return rest != 0 || overflow ? nil : bytes
  }
}
