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
  private var counted: Set<ParameterWalk.Place> = []

  init(_ inferred: InferredGraph, _ layers: Layers) throws(AnalysisError) {
    self.layers = Array(repeating: ParameterCounts(), count: layers.layers.count)
    layerBytes = Array(repeating: 0, count: layers.layers.count)
    let walk = ParameterWalk(inferred, layers)
    counted.reserveCapacity(walk.sources.count)
    for source in walk.sources { try add(source) }
  }

  private mutating func add(_ source: ParameterWalk.Source) throws(AnalysisError) {
    if let place = source.place, !counted.insert(place).inserted { return }
    guard let elements = source.elements else { throw .overflow(figure: "the number of parameters") }
    try totals.add(elements, as: source.use.kind)
    if source.use.kind > .constant {
      let sum = bytesByType[source.element] ?? .zero
      bytesByType[source.element] = Extent(elements: sum.elements + elements, bytes: sum.bytes + source.bytes)
    }
    guard let layer = source.use.layer else { return }
    try layers[layer].add(elements, as: source.use.kind)
    layerBytes[layer] += source.bytes
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
