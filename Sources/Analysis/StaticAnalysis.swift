package import Network

/// Everything that the static analysis says of a network: plain values, ready to be told.
///
/// Definitions of the figures stand in `Conventions`; every count is an exact integer, and what is unknown is nil.
package struct StaticAnalysis: Sendable {
  package var network: NetworkSummary
  /// The extents that were put in place of symbols.
  package var bindings: [SymbolBinding]
  package var totals: Totals
  /// In the order in which they execute.
  package var layers: [Layer]
  /// Activation memory over the steps of the file's order, one entry per layer.
  package var timeline: [MemoryStep]
  package var findings: [Finding]
  /// Scaled dot-product attention, in operators and in chains of nodes, in the order in which it executes.
  package var attention: [AttentionUnit]
  /// The totals as functions of the symbols that nobody bound, where they were asked for.
  package var closedForms: ClosedForms?
  /// The totals over the extents of one symbol, where that was asked for.
  package var sweep: Sweep?

  package init(
    network: NetworkSummary, bindings: [SymbolBinding], totals: Totals, layers: [Layer],
    timeline: [MemoryStep], findings: [Finding], attention: [AttentionUnit] = []
  ) {
    self.network = network
    self.bindings = bindings
    self.totals = totals
    self.layers = layers
    self.timeline = timeline
    self.findings = findings
    self.attention = attention
  }
}

package struct NetworkSummary: Sendable {
  /// The file's name without folder and extension, or the graph's own name where there is no file.
  package var name: String
  package var format: String
  package var path: String
  package var fileBytes: Int
  package var producer: String
  package var operatorSets: [String: Int]
  package var nodeCount: Int
  package var inputs: [Port]
  package var outputs: [Port]

  /// An input or output of the network.
  package struct Port: Sendable {
    package var name: String
    package var type: ValueType
    /// The dimensions as declared, symbols by name, for example `N × 3 × 224 × 224`.
    package var declared: [DeclaredDimension]?
    package init(name: String, type: ValueType, declared: [DeclaredDimension]?) {
      self.name = name
      self.type = type
      self.declared = declared
    }
  }

  package init(
    name: String, format: String, path: String, fileBytes: Int, producer: String, operatorSets: [String: Int],
    nodeCount: Int, inputs: [Port], outputs: [Port]
  ) {
    self.name = name
    self.format = format
    self.path = path
    self.fileBytes = fileBytes
    self.producer = producer
    self.operatorSets = operatorSets
    self.nodeCount = nodeCount
    self.inputs = inputs
    self.outputs = outputs
  }
}

package struct SymbolBinding: Sendable, Hashable {
  package var symbol: String
  package var value: Int
  /// Whether the value was chosen here because nobody gave one.
  package var isDefault: Bool
  package init(symbol: String, value: Int, isDefault: Bool) {
    self.symbol = symbol
    self.value = value
    self.isDefault = isDefault
  }
}

/// A count of elements and the bytes they take in their own types.
package struct Extent: Sendable, Hashable {
  package var elements: Int
  package var bytes: Int
  package init(elements: Int, bytes: Int) {
    self.elements = elements
    self.bytes = bytes
  }
  package static let zero = Extent(elements: 0, bytes: 0)
}

package struct ParameterCounts: Sendable, Hashable {
  package var learnable: Int
  package var buffers: Int
  package var constants: Int
  package init(learnable: Int = 0, buffers: Int = 0, constants: Int = 0) {
    self.learnable = learnable
    self.buffers = buffers
    self.constants = constants
  }
}

package struct Totals: Sendable {
  package var parameters: ParameterCounts
  package var weightBytes: Int
  package var weightBytesByType: [(type: ElementType, elements: Int, bytes: Int)]
  /// Sums over the layers that are counted; lower bounds where `completeness` is partial.
  package var macs: Int
  /// Of `macs`, those that are needed if causal attention skips what its mask hides; equal where there is none.
  package var neededMACs: Int
  /// MACs with integer operands, which are operations and not FLOPs.
  package var integerMACs: Int
  package var flops: Int
  package var elementwiseOperations: Int
  package var operations: Int
  package var bytesMoved: Int?
  package var activations: ActivationTotals
  /// Of the last spatial feature map; nil if there is none or it is not known.
  package var receptiveField: ReceptiveField?
  package var completeness: Completeness

  package init(
    parameters: ParameterCounts, weightBytes: Int,
    weightBytesByType: [(type: ElementType, elements: Int, bytes: Int)], macs: Int, neededMACs: Int? = nil,
    integerMACs: Int,
    flops: Int,
    elementwiseOperations: Int, operations: Int, bytesMoved: Int?, activations: ActivationTotals,
    receptiveField: ReceptiveField?, completeness: Completeness
  ) {
    self.parameters = parameters
    self.weightBytes = weightBytes
    self.weightBytesByType = weightBytesByType
    self.macs = macs
    self.neededMACs = neededMACs ?? macs
    self.integerMACs = integerMACs
    self.flops = flops
    self.elementwiseOperations = elementwiseOperations
    self.operations = operations
    self.bytesMoved = bytesMoved
    self.activations = activations
    self.receptiveField = receptiveField
    self.completeness = completeness
  }
}

package struct Completeness: Sendable, Hashable {
  /// Operators whose work is not in the totals, by name, with the number of their nodes.
  package var uncounted: [Uncounted]
  /// Nodes counted as the dearer of their two branches, by name: what they add is an upper bound.
  package var bounds: [String]
  package var isComplete: Bool { uncounted.isEmpty }

  package struct Uncounted: Sendable, Hashable {
    package var `operator`: String
    package var count: Int
    package init(operator name: String, count: Int) {
      self.operator = name
      self.count = count
    }
  }

  package init(uncounted: [Uncounted] = [], bounds: [String] = []) {
    self.uncounted = uncounted
    self.bounds = bounds
  }
}

package struct ActivationTotals: Sendable {
  /// Whether tensors of unknown size are left out of the figures below.
  package var isLowerBound = false
  package var total: Extent?
  package var matrixOutputs: Extent?
  package var allTensors: Extent?
  package var peakPair: Peak?
  package var peakLiveness: Peak?
  package var peakBlockInput: Peak?
  /// Set when the executor has planned its arena.
  package var peakArena: ArenaPeak?

  package init(
    total: Extent? = nil, matrixOutputs: Extent? = nil, allTensors: Extent? = nil, peakPair: Peak? = nil,
    peakLiveness: Peak? = nil, peakBlockInput: Peak? = nil, peakArena: ArenaPeak? = nil
  ) {
    self.total = total
    self.matrixOutputs = matrixOutputs
    self.allTensors = allTensors
    self.peakPair = peakPair
    self.peakLiveness = peakLiveness
    self.peakBlockInput = peakBlockInput
    self.peakArena = peakArena
  }
}

/// The largest activation memory under one convention, where it happens, and what is alive there.
package struct Peak: Sendable {
  package var extent: Extent
  /// Index into `StaticAnalysis.layers`.
  package var layer: Int
  package var alive: [LiveTensor]
  package init(extent: Extent, layer: Int, alive: [LiveTensor]) {
    self.extent = extent
    self.layer = layer
    self.alive = alive
  }
}

package struct LiveTensor: Sendable, Hashable {
  package var name: String
  package var extent: Extent
  package init(name: String, extent: Extent) {
    self.name = name
    self.extent = extent
  }
}

package struct ArenaPeak: Sendable, Hashable {
  package var bytes: Int
  package var lowerBoundBytes: Int
  package init(bytes: Int, lowerBoundBytes: Int) {
    self.bytes = bytes
    self.lowerBoundBytes = lowerBoundBytes
  }
}

/// Memory alive while one layer executes.
package struct MemoryStep: Sendable {
  package var layer: Int
  package var live: Extent
  package init(layer: Int, live: Extent) {
    self.layer = layer
    self.live = live
  }
}

/// One entry per spatial axis.
package struct ReceptiveField: Sendable, Hashable {
  package var axes: [Axis]
  /// Whether all paths agree on stride and centre (Araujo, Norris, Sim 2019); nil if that cannot be told.
  package var isAligned: Bool?
  /// Layers that only scale what passes (squeeze-and-excitation gates), left out of the size.
  package var gates: [String]

  package struct Axis: Sendable, Hashable {
    /// Elements of the network's input along this axis that one output element sees; nil is the whole input.
    package var size: Int?
    package var stride: Int?
    /// Effective padding at the start; nil where it is not defined.
    package var padding: Int?
    package init(size: Int?, stride: Int?, padding: Int?) {
      self.size = size
      self.stride = stride
      self.padding = padding
    }
  }

  package init(axes: [Axis], isAligned: Bool?, gates: [String] = []) {
    self.axes = axes
    self.isAligned = isAligned
    self.gates = gates
  }
}

/// Nodes that execute as one: a matrix layer with the normalisation and the activation that follow it, a pooling ...
package struct Layer: Sendable {
  /// The first node's name, or its output's where it has none.
  package var name: String
  /// The operator that gives the layer its kind, for example `Conv`.
  package var `operator`: String
  /// All operators in it in order, for example `Conv + Relu`.
  package var operators: [String]
  package var nodes: [NodeID]
  package var inputs: [TensorInfo]
  package var outputs: [TensorInfo]
  package var module: ModuleScope
  /// The same as a path of names, outermost first; empty where there is none. Worked out at each call.
  package var scope: [String] {
    get { module.path }
    set { module = .names(newValue) }
  }
  /// What the figures depend on in words, for example `3×3 / 2, 64 → 128, groups 32`.
  package var detail: String
  /// Groups of a convolution; nil for everything else.
  package var groups: Int?
  package var parameters: ParameterCounts
  package var parameterBytes: Int
  package var macs: Int?
  package var flops: Int?
  package var elementwiseOperations: Int?
  package var operations: Int?
  package var bytesMoved: Int?
  /// Elements that this layer's outputs add to `activations.total`; 0 for views and results written in place.
  package var activations: Extent?
  /// Memory alive while it executes, under `peak.liveness`.
  package var live: Extent?
  package var receptiveField: ReceptiveField?

  package struct TensorInfo: Sendable, Hashable {
    package var value: ValueID
    package var name: String
    package var type: ValueType
    package init(value: ValueID, name: String, type: ValueType) {
      self.value = value
      self.name = name
      self.type = type
    }
  }

  /// Operations per byte moved.
  package var arithmeticIntensity: Double? {
    guard let operations, let bytesMoved, bytesMoved > 0 else { return nil }
    return Double(operations) / Double(bytesMoved)
  }

  package init(
    name: String, operator kind: String, operators: [String], nodes: [NodeID], inputs: [TensorInfo],
    outputs: [TensorInfo], module: ModuleScope = .names([]), detail: String = "", groups: Int? = nil,
    parameters: ParameterCounts = .init(), parameterBytes: Int = 0, macs: Int? = nil, flops: Int? = nil,
    elementwiseOperations: Int? = nil,
    operations: Int? = nil, bytesMoved: Int? = nil, activations: Extent? = nil, live: Extent? = nil,
    receptiveField: ReceptiveField? = nil
  ) {
    self.name = name
    self.operator = kind
    self.operators = operators
    self.nodes = nodes
    self.inputs = inputs
    self.outputs = outputs
    self.module = module
    self.detail = detail
    self.groups = groups
    self.parameters = parameters
    self.parameterBytes = parameterBytes
    self.macs = macs
    self.flops = flops
    self.elementwiseOperations = elementwiseOperations
    self.operations = operations
    self.bytesMoved = bytesMoved
    self.activations = activations
    self.live = live
    self.receptiveField = receptiveField
  }
}
