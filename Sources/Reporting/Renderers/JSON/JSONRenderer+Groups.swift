internal import Analysis

extension JSONRenderer {
  func sweep(_ sweep: Sweep) -> JSONValue {
    [
      "symbol": .string(sweep.symbol),
      "points": .array(
        sweep.points.map { point in
          let totals = point.totals
          return [
            "extent": .integer(point.extent), "macs": .integer(totals.macs), "flops": .integer(totals.flops),
            "elementwiseOperations": .integer(totals.elementwiseOperations),
            "operations": .integer(totals.operations), "bytesMoved": .optional(totals.bytesMoved),
            "arithmeticIntensity": .optional(totals.intensity),
            "activationBytes": .optional(totals.activations.total?.bytes),
            "peakLivenessBytes": .optional(totals.activations.peakLiveness?.extent.bytes),
            "complete": .boolean(totals.completeness.isComplete),
          ]
        }),
    ]
  }

  func modules(_ modules: [ModuleCost], depth: Int) -> JSONValue {
    [
      "depth": .integer(depth),
      "groups": .array(
        modules.map { module in
          [
            "path": .array(module.group.path.map { .string($0) }), "layers": .integer(module.cost.layerCount),
            "parameters": parameters(module.parameters), "parameterBytes": .integer(module.parameterBytes),
            "macs": .optional(module.cost.macs.value), "flops": .optional(module.flops.value),
            "elementwiseOperations": .optional(module.elementwiseOperations.value),
            "operations": .optional(module.cost.operations.value),
            "bytesMoved": .optional(module.cost.bytesMoved.value),
            "activationElements": .optional(module.activationElements.value),
            "activationBytes": .optional(module.activationBytes.value),
            "milliseconds": .optional(module.cost.milliseconds), "partial": .boolean(module.isPartial),
          ]
        }),
    ]
  }
}

extension ModuleCost {
  /// Whether some figure is that of a part of the layers only.
  fileprivate var isPartial: Bool {
    [cost.macs, cost.operations, cost.bytesMoved, activationBytes].contains { $0.isPartial }
  }
}
