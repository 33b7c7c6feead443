package import Analysis
internal import Network
package import Profiling

/// What a check knows of a network: taken from an analysis now, or read from a baseline that an earlier one left.
package struct NetworkSnapshot: Sendable {
  package var name: String
  /// The extents that were put in place of symbols, by symbol: figures taken with others are figures of something else.
  package var bindings: [String: Int]
  /// The network's inputs as types, in order.
  package var inputs: [String]
  /// Operators that the totals leave out, by name.
  package var uncounted: [String: Int]
  /// Whether tensors of unknown size are left out of the activations.
  package var activationsAreLowerBounds: Bool
  /// By the keys of `NetworkFigures`. A key that is not here was not taken; one that is `unknown` could not be told.
  package var figures: [String: FigureValue]
  /// In the order in which they execute.
  package var layers: [LayerSnapshot]
  /// What was measured, as the baseline file holds it; nothing here reads it.
  package var measured: JSONNode?

  package init(
    name: String, bindings: [String: Int] = [:], inputs: [String] = [], uncounted: [String: Int] = [:],
    activationsAreLowerBounds: Bool = false, figures: [String: FigureValue] = [:],
    layers: [LayerSnapshot] = [], measured: JSONNode? = nil
  ) {
    self.name = name
    self.bindings = bindings
    self.inputs = inputs
    self.uncounted = uncounted
    self.activationsAreLowerBounds = activationsAreLowerBounds
    self.figures = figures
    self.layers = layers
    self.measured = measured
  }

  /// Whether the totals are lower bounds.
  package var isPartial: Bool { !uncounted.isEmpty }

  /// Takes every figure; the arena's is unknown unless a plan has been made.
  package init(_ inferred: InferredGraph, _ analysis: StaticAnalysis, profile: Profile? = nil) {
    name = analysis.network.name
    bindings = Dictionary(
      analysis.bindings.map { ($0.symbol, $0.value) }, uniquingKeysWith: { first, _ in first })
    inputs = analysis.network.inputs.map { TypeText.of($0.type) }
    uncounted = Dictionary(
      analysis.totals.completeness.uncounted.map { ($0.operator, $0.count) }, uniquingKeysWith: +)
    activationsAreLowerBounds = analysis.totals.activations.isLowerBound
    let taken = profile == nil ? NetworkFigures.counted : NetworkFigures.all
    figures = Dictionary(
      taken.map { ($0.key, $0.read(analysis, profile)) }, uniquingKeysWith: { first, _ in first })
    for batch in profile?.batches ?? [] {
      for figure in NetworkFigures.batchFigures {
        figures["profile.batches.\(batch.batch).\(figure.key)"] = figure.read(batch)
      }
    }
    layers = LayerSnapshot.all(inferred, analysis)
  }
}

/// One layer: what it is, what it reads, and what it costs.
package struct LayerSnapshot: Sendable {
  package var name: String
  /// All operators in it in order.
  package var operators: [String]
  /// The operators' attributes that differ from their defaults.
  package var attributes: String
  /// Types of the stored tensors that it works with.
  package var weights: [String]
  /// Types of what it leaves for others.
  package var outputs: [String]
  /// Where its inputs come from: -1 is the layer before it, -2 the one before that ...; 0 is the network's first input,
  /// 1 the second ... Relative, so that a layer put in changes few lines of a file.
  package var sources: [Int]
  /// Parallel to `LayerFigures.all`.
  package var figures: [FigureValue]

  package init(
    name: String, operators: [String], attributes: String = "", weights: [String] = [],
    outputs: [String] = [],
    sources: [Int] = [], figures: [FigureValue] = []
  ) {
    self.name = name
    self.operators = operators
    self.attributes = attributes
    self.weights = weights
    self.outputs = outputs
    self.sources = sources
    self.figures = figures
  }

  /// Whether the order of the inputs means nothing, so that exporters may choose it.
  var isCommutative: Bool { ["Add", "Mul", "Sum", "Max", "Min", "Mean"].contains(operators.first ?? "") }

  package subscript(figure: String) -> FigureValue {
    guard let place = LayerFigures.place(of: figure), figures.indices.contains(place) else { return .unknown }
    return figures[place]
  }
}

extension LayerSnapshot {
  static func all(_ inferred: InferredGraph, _ analysis: StaticAnalysis) -> [LayerSnapshot] {
    var producers: [ValueID: Int] = [:]
    var inputs: [ValueID: Int] = [:]
    for (place, input) in inferred.graph.inputs.enumerated() { inputs[input] = place }
    var result: [LayerSnapshot] = []
    result.reserveCapacity(analysis.layers.count)
    for (index, layer) in analysis.layers.enumerated() {
      let sources = layer.inputs.compactMap { input in
        producers[input.value].map { $0 - index } ?? inputs[input.value]
      }
      for output in layer.outputs { producers[output.value] = index }
      result.append(
        LayerSnapshot(
          name: layer.name, operators: layer.operators,
          attributes: AttributeText.of(layer.nodes, in: inferred),
          weights: weights(of: layer, inferred), outputs: layer.outputs.map { TypeText.of($0.type) },
          sources: sources, figures: LayerFigures.all.map { $0.read(layer) }))
    }
    return result
  }

  /// Stored tensors of numbers with more than one element: what else an operator stores (shapes, axes, bounds) shows in its
  /// results, and exporters write it in more ways than one.
  private static func weights(of layer: Layer, _ inferred: InferredGraph) -> [String] {
    layer.nodes.flatMap { node in
      inferred.graph[node].inputs.compactMap { input -> String? in
        guard let input, inferred.isConstant[input.index], let type = inferred.tensor(input),
          type.element != .int64, type.elementCount != 1
        else { return nil }
        return TypeText.of(.tensor(type))
      }
    }
  }
}
