internal import Network
internal import Operators

/// The stored tensors of a network by what they are for, each counted once and given to the first layer that uses it.
struct Parameters {
  private(set) var totals = ParameterCounts()
  /// Learnable tensors and buffers by type.
  private(set) var bytesByType: [ElementType: Extent] = [:]
  /// One entry for each layer.
  private(set) var layers: [ParameterCounts]
  private(set) var layerBytes: [Int]
  private var counted: Set<Place> = []

  /// Where a tensor's data lies: two tensors at one place are one.
  private struct Place: Hashable {
    var file: ObjectIdentifier
    var offset: Int
  }

  init(_ inferred: InferredGraph, _ layers: Layers) throws(AnalysisError) {
    self.layers = Array(repeating: ParameterCounts(), count: layers.layers.count)
    layerBytes = Array(repeating: 0, count: layers.layers.count)
    let walk = ParameterWalk(inferred, layers)
    for source in walk.sources { try add(source) }
  }

  private mutating func add(_ source: ParameterWalk.Source) throws(AnalysisError) {
    if let tensor = source.tensor, case .mapped(let file, let range) = tensor.storage, !range.isEmpty {
      let place = Place(file: ObjectIdentifier(file), offset: range.lowerBound)
      guard counted.insert(place).inserted else { return }
    }
    guard let elements = source.type.elementCount else { throw .overflow(figure: "the number of parameters") }
    let stored = source.tensor == nil ? 0 : source.type.byteCount ?? 0
    try totals.add(elements, as: source.use.kind)
    if source.use.kind > .constant {
      let sum = bytesByType[source.type.element] ?? .zero
      bytesByType[source.type.element] = Extent(elements: sum.elements + elements, bytes: sum.bytes + stored)
    }
    guard let layer = source.use.layer else { return }
    try layers[layer].add(elements, as: source.use.kind)
    layerBytes[layer] += stored
  }
}

extension ParameterCounts {
  fileprivate mutating func add(_ elements: Int, as kind: ParameterClass) throws(AnalysisError) {
    func sum(_ a: Int) throws(AnalysisError) -> Int {
      let (total, overflow) = a.addingReportingOverflow(elements)
      if overflow { throw .overflow(figure: "the number of parameters") }
      return total
    }
    switch kind {
    case .learnable: learnable = try sum(learnable)
    case .buffer: buffers = try sum(buffers)
    case .constant: constants = try sum(constants)
    }
  }
}
