internal import Analysis
internal import Network
internal import Profiling

/// Writes a report as JSON with the keys of `assay-report/1`: those keep their name and meaning, new ones may come. What is
/// unknown is null, and what was not measured is absent.
package struct JSONRenderer: Sendable {
  package static let schema = "assay-report/1"

  package init() {}

  package func render(_ subject: Subject) -> String { value(of: subject).text }

  package func value(of subject: Subject) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("schema", .string(Self.schema)),
      .init("network", network(subject.analysis)),
      .init("conventions", conventions),
      .init("totals", totals(subject)),
      .init("layers", .array(subject.analysis.layers.indices.map { layer($0, subject) })),
      .init("attention", AttentionJSON.units(subject.analysis)),
      .init("findings", .array(subject.analysis.findings.map { .string($0.message.plain) })),
    ]
    if let modules = subject.modules, let depth = subject.moduleDepth {
      members.append(.init("modules", self.modules(modules, depth: depth)))
    }
    if let sweep = subject.analysis.sweep { members.append(.init("sweep", self.sweep(sweep))) }
    if let closed = subject.analysis.closedForms {
      members.append(.init("closedForms", closedForms(closed, layers: subject.analysis.layers)))
    }
    if let profile = subject.profile {
      members.append(.init("profile", self.profile(profile, layers: subject.analysis.layers)))
    }
    return .object(members)
  }

  private var conventions: JSONValue {
    .object(Convention.allCases.map { .init($0.rawValue, .string($0.sentence)) })
  }

  private func network(_ analysis: StaticAnalysis) -> JSONValue {
    let network = analysis.network
    return [
      "name": .string(network.name), "format": .string(network.format), "file": .string(network.path),
      "fileBytes": .integer(network.fileBytes), "producer": .string(network.producer),
      "operatorSets": .object(
        network.operatorSets.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }),
      "nodes": .integer(network.nodeCount),
      "inputs": .array(network.inputs.map { port($0.name, $0.type) }),
      "outputs": .array(network.outputs.map { port($0.name, $0.type) }),
      "bindings": .array(
        analysis.bindings.map {
          ["symbol": .string($0.symbol), "value": .integer($0.value), "isDefault": .boolean($0.isDefault)]
        }),
    ]
  }

  private func port(_ name: String, _ type: ValueType) -> JSONValue {
    [
      "name": .string(name), "type": .string(type.elementName),
      "shape": type.tensor?.shape.map { .array($0.dimensions.map(JSONValue.optional)) } ?? .null,
    ]
  }

  private func totals(_ subject: Subject) -> JSONValue {
    let totals = subject.analysis.totals
    return [
      "parameters": parameters(totals.parameters),
      "modelSize": [
        "weightBytes": .integer(totals.weightBytes),
        "fileBytes": .integer(subject.analysis.network.fileBytes),
        "byType": .array(
          totals.weightBytesByType.map {
            ["type": .string($0.type.name), "elements": .integer($0.elements), "bytes": .integer($0.bytes)]
          }),
      ],
      "macs": .integer(totals.macs), "integerMacs": .integer(totals.integerMACs),
      "flops": .integer(totals.flops),
      "elementwiseOperations": .integer(totals.elementwiseOperations),
      "operations": .integer(totals.operations),
      "bytesMoved": .optional(totals.bytesMoved), "activations": activations(subject),
      "receptiveField": receptiveField(totals.receptiveField),
      "completeness": [
        "status": .string(totals.completeness.isComplete ? "complete" : "partial"),
        "uncounted": .array(
          totals.completeness.uncounted.map {
            ["operator": .string($0.operator), "count": .integer($0.count)]
          }), "bounds": .array(totals.completeness.bounds.map { .string($0) }),
        "activationsAreLowerBounds": .boolean(totals.activations.isLowerBound),
      ],
    ]
  }

  func parameters(_ counts: ParameterCounts) -> JSONValue {
    [
      "learnable": .integer(counts.learnable), "buffers": .integer(counts.buffers),
      "constants": .integer(counts.constants),
    ]
  }

  private func activations(_ subject: Subject) -> JSONValue {
    let activations = subject.analysis.totals.activations
    let layers = subject.analysis.layers
    return [
      "total": extent(activations.total), "matrixOutputs": extent(activations.matrixOutputs),
      "allTensors": extent(activations.allTensors),
      "peak": [
        "pair": peak(activations.peakPair, layers), "liveness": peak(activations.peakLiveness, layers),
        "blockInput": peak(activations.peakBlockInput, layers),
        "arena": subject.arena.map {
          ["bytes": .integer($0.bytes), "lowerBoundBytes": .integer($0.lowerBoundBytes)]
        } ?? .null,
      ],
    ]
  }

  private func extent(_ extent: Extent?) -> JSONValue {
    extent.map { ["elements": .integer($0.elements), "bytes": .integer($0.bytes)] } ?? .null
  }

  private func peak(_ peak: Peak?, _ layers: [Layer]) -> JSONValue {
    guard let peak else { return .null }
    return [
      "elements": .integer(peak.extent.elements), "bytes": .integer(peak.extent.bytes),
      "layer": layers.indices.contains(peak.layer) ? .string(layers[peak.layer].name) : .null,
      "alive": .array(
        peak.alive.map {
          [
            "name": .string($0.name), "elements": .integer($0.extent.elements),
            "bytes": .integer($0.extent.bytes),
          ]
        }),
    ]
  }

  /// `size` is null along an axis of which the whole input is seen; `wholeInput` tells so.
  private func receptiveField(_ field: ReceptiveField?) -> JSONValue {
    guard let field else { return .null }
    return [
      "size": .array(field.axes.map { .optional($0.size) }),
      "stride": .array(field.axes.map { .optional($0.stride) }),
      "padding": .array(field.axes.map { .optional($0.padding) }), "aligned": .optional(field.isAligned),
      "wholeInput": .array(field.axes.map { .boolean($0.size == nil) }),
      "gated": .array(field.gates.map { .string($0) }),
    ]
  }

  private func layer(_ index: Int, _ subject: Subject) -> JSONValue {
    let layer = subject.analysis.layers[index]
    return [
      "name": .string(layer.name), "operator": .string(layer.operator),
      "operators": .array(layer.operators.map { .string($0) }), "detail": .string(layer.detail),
      "scope": .array(layer.scope.map { .string($0) }),
      "inputs": .array(layer.inputs.map { port($0.name, $0.type) }),
      "outputs": .array(layer.outputs.map { port($0.name, $0.type) }),
      "parameters": parameters(layer.parameters),
      "parameterBytes": .integer(layer.parameterBytes), "macs": .optional(layer.macs),
      "flops": .optional(layer.flops),
      "elementwiseOperations": .optional(layer.elementwiseOperations),
      "operations": .optional(layer.operations),
      "bytesMoved": .optional(layer.bytesMoved), "arithmeticIntensity": .optional(layer.arithmeticIntensity),
      "activations": extent(layer.activations), "liveBytes": .optional(layer.live?.bytes),
      "receptiveField": receptiveField(layer.receptiveField),
      "bound": .optional(subject.bound(of: index)?.rawValue),
    ]
  }
}
