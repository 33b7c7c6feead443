internal import Network
internal import Operators

/// Activation memory over the layers, under the conventions of `metrics.md` 3.
struct Liveness {
  private(set) var activations = ActivationTotals()
  /// Elements that each layer adds to `activations.total`; nil where a size is not known.
  private(set) var layerActivations: [Extent?] = []
  /// Memory alive while each layer executes, as far as sizes are known.
  private(set) var live: [Extent] = []
  /// Whether the sizes of all that is alive are known.
  private(set) var isLiveKnown: [Bool] = []
  /// The same with block inputs held.
  private(set) var held: [Extent] = []
  /// Inputs and outputs of each layer; zero for one that needs no memory of its own.
  private(set) var pairs: [Extent] = []
  private let inferred: InferredGraph
  private let tensors: LayerTensors
  private let layering: Layers

  init(_ inferred: InferredGraph, _ layering: Layers, _ tensors: LayerTensors) throws(AnalysisError) {
    self.inferred = inferred
    self.tensors = tensors
    self.layering = layering
    try countTotals()
    pairs = try pairExtents()
    activations.peakPair = pairPeak()
    let steps = try sweep(lastUse: tensors.lastUse)
    (live, isLiveKnown) = (steps.live, steps.isKnown)
    activations.peakLiveness = steps.peak
    let heldSteps = try sweep(lastUse: BlockInputs(inferred, layering, tensors).lastUse)
    held = heldSteps.live
    activations.peakBlockInput = heldSteps.peak
  }

  private func extent(_ value: ValueID) -> Extent? {
    tensors.sizes[value.index]
  }

  private mutating func countTotals() throws(AnalysisError) {
    var (total, matrixOutputs, all) = (Extent.zero, Extent.zero, Extent.zero)
    for input in inferred.graph.inputs {
      try total.add(extent(input))
      try all.add(extent(input))
      if extent(input) == nil { activations.isLowerBound = true }
    }
    layerActivations.reserveCapacity(layering.layers.count)
    for index in layering.layers.indices {
      let role = layering.layers[index].role
      var own: Extent? = .zero
      if tensors.isWork(role), tensors.layers[index].overwritten == nil {
        for output in tensors.layers[index].outputs {
          if let size = extent(output) { try own?.add(size) } else { own = nil }
        }
      }
      layerActivations.append(own)
      if own == nil { activations.isLowerBound = true }
      try total.add(own)
      if case .matrixLayer = role { try matrixOutputs.add(own) }
    }
    for id in inferred.liveNodes {
      for case let output? in inferred.graph[id].outputs where isTensorOfTheFile(output, id) {
        try all.add(extent(output))
      }
    }
    activations.total = total
    activations.matrixOutputs = matrixOutputs
    activations.allTensors = all
  }

  /// Whether the file has this tensor: not what a translation adds, nor what passes inside one operator of the file.
  private func isTensorOfTheFile(_ value: ValueID, _ producer: NodeID) -> Bool {
    guard let group = inferred.graph[producer].translation?.group, !inferred.isView(producer) else {
      return inferred.graph[producer].translation == nil
        || inferred.roles[producer.index] == .view && !inferred.graph[producer].isAuxiliary
    }
    let readers = layering.uses.readers(of: value)
    return layering.uses.isOutput[value.index]
      || readers.contains { inferred.graph[$0].translation?.group != group }
  }

  /// A layer that writes over its input needs no memory of its own.
  private func needsOwnMemory(_ layer: Int) -> Bool {
    tensors.isWork(layering.layers[layer].role) && tensors.layers[layer].overwritten == nil
  }

  private func pairExtents() throws(AnalysisError) -> [Extent] {
    var extents: [Extent] = []
    extents.reserveCapacity(tensors.layers.count)
    for index in tensors.layers.indices {
      var sum = Extent.zero
      if needsOwnMemory(index) {
        for value in tensors.layers[index].inputs { try sum.add(extent(value)) }
        for value in tensors.layers[index].outputs { try sum.add(extent(value)) }
      }
      extents.append(sum)
    }
    return extents
  }

  /// The largest inputs and outputs of one layer.
  private func pairPeak() -> Peak? {
    var best: Int?
    for index in pairs.indices where needsOwnMemory(index) {
      if pairs[index].bytes > best.map({ pairs[$0].bytes }) ?? -1 { best = index }
    }
    return best.map { layer in
      let alive = tensors.layers[layer].inputs + tensors.layers[layer].outputs
      return Peak(extent: pairs[layer], layer: layer, alive: describe(alive))
    }
  }

  /// What is alive at each layer where each root dies after `lastUse`, whether all of that is known, and the largest of it.
  private func sweep(
    lastUse: [Int?]
  ) throws(AnalysisError) -> (live: [Extent], isKnown: [Bool], peak: Peak?) {
    let count = tensors.layers.count
    guard count > 0 else { return ([], [], nil) }
    let deaths = Deaths(tensors, lastUse)
    var now = Extent.zero
    var unknown = 0
    for input in tensors.inputs {
      try now.add(extent(input))
      if extent(input) == nil { unknown += 1 }
    }
    var live: [Extent] = []
    var isKnown: [Bool] = []
    live.reserveCapacity(count)
    isKnown.reserveCapacity(count)
    var peak = 0
    for index in tensors.layers.indices {
      let overwritten = tensors.layers[index].overwritten.flatMap { lastUse[$0.index] == index ? $0 : nil }
      if overwritten == nil {
        for output in tensors.layers[index].outputs {
          try now.add(extent(output))
          if extent(output) == nil { unknown += 1 }
        }
      }
      live.append(now)
      isKnown.append(unknown == 0)
      if now.bytes > live[peak].bytes { peak = index }
      for root in deaths[index] where root != overwritten {
        now.remove(extent(root))
        if extent(root) == nil { unknown -= 1 }
      }
    }
    return (
      live, isKnown,
      Peak(extent: live[peak], layer: peak, alive: describe(aliveRoots(at: peak, lastUse)))
    )
  }

  /// The roots that hold memory while `layer` executes; where it writes over an input, the input stands for both.
  private func aliveRoots(at layer: Int, _ lastUse: [Int?]) -> [ValueID] {
    func outlives(_ root: ValueID) -> Bool { lastUse[root.index].map { $0 >= layer } ?? false }
    var alive = tensors.inputs.filter(outlives)
    for (index, tensors) in tensors.layers[...layer].enumerated() {
      let overwrites = index == layer && tensors.overwritten.map { lastUse[$0.index] == layer } ?? false
      if !overwrites { alive += tensors.outputs.filter(outlives) }
    }
    return alive
  }

  private func describe(_ roots: [ValueID]) -> [LiveTensor] {
    roots.compactMap { root in extent(root).map { LiveTensor(name: inferred.graph[root].name, extent: $0) } }
      .sorted { ($0.extent.bytes, $1.name) > ($1.extent.bytes, $0.name) }
  }
}

/// The roots that die after each layer, one after another; `starts` says where those of each layer begin.
private struct Deaths {
  private var roots: [ValueID]
  private var starts: [Int]

  init(_ tensors: LayerTensors, _ lastUse: [Int?]) {
    let count = tensors.layers.count
    func forEach(_ body: (ValueID, Int) -> Void) {
      for input in tensors.inputs {
        if let last = lastUse[input.index], last < count { body(input, last) }
      }
      for index in tensors.layers.indices {
        for output in tensors.layers[index].outputs {
          if let last = lastUse[output.index], last >= index, last < count { body(output, last) }
        }
      }
    }
    var ends = [Int](repeating: 0, count: count + 1)
    forEach { _, last in ends[last + 1] += 1 }
    for index in ends.indices.dropFirst() { ends[index] += ends[index - 1] }
    let starts = ends
    var roots = [ValueID](repeating: ValueID(0), count: ends[count])
    forEach { root, last in
      roots[ends[last]] = root
      ends[last] += 1
    }
    self.roots = roots
    self.starts = starts
  }

  subscript(layer: Int) -> ArraySlice<ValueID> { roots[starts[layer]..<starts[layer + 1]] }
}

extension Extent {
  /// Adds a size; one that is not known adds nothing, and completeness says so.
  mutating func add(_ other: Extent?) throws(AnalysisError) {
    guard let other else { return }
    let (elements, tooMany) = elements.addingReportingOverflow(other.elements)
    let (bytes, tooLarge) = bytes.addingReportingOverflow(other.bytes)
    if tooMany || tooLarge { throw .overflow(figure: "the size of the activations") }
    self = Extent(elements: elements, bytes: bytes)
  }

  fileprivate mutating func remove(_ other: Extent?) {
    guard let other else { return }
    self = Extent(elements: elements - other.elements, bytes: bytes - other.bytes)
  }
}
