internal import Analysis

/// Every counted figure of the contract that a budget can limit for a layer. A test compares the list with the report's keys.
package enum LayerFigures {
  /// Values of a layer are held in this order.
  package static let all: [LayerFigure] = [
    LayerFigure("parameters.learnable", .elements) { .integer($0.parameters.learnable) },
    LayerFigure("parameters.buffers", .elements) { .integer($0.parameters.buffers) },
    LayerFigure("parameters.constants", .elements) { .integer($0.parameters.constants) },
    LayerFigure("parameterBytes", .bytes) { .integer($0.parameterBytes) },
    LayerFigure("macs", .macs) { FigureValue($0.macs) },
    LayerFigure("flops", .flops) { FigureValue($0.flops) },
    LayerFigure("elementwiseOperations", .operations) { FigureValue($0.elementwiseOperations) },
    LayerFigure("operations", .operations) { FigureValue($0.operations) },
    LayerFigure("bytesMoved", .bytes) { FigureValue($0.bytesMoved) },
    LayerFigure("arithmeticIntensity", .operationsPerByte) { FigureValue($0.arithmeticIntensity) },
    LayerFigure("activations.elements", .elements, isOfContext: true) {
      FigureValue($0.activations?.elements)
    },
    LayerFigure("activations.bytes", .bytes, isOfContext: true) { FigureValue($0.activations?.bytes) },
    LayerFigure("liveBytes", .bytes, isOfContext: true) { FigureValue($0.live?.bytes) },
    LayerFigure("receptiveField.size", .extents, isOfContext: true) {
      FigureValue.field($0.receptiveField) { $0.size }
    },
    LayerFigure("receptiveField.stride", .extents, isOfContext: true) {
      FigureValue.field($0.receptiveField) { $0.stride }
    },
    LayerFigure("receptiveField.padding", .extents, isOfContext: true) {
      FigureValue.field($0.receptiveField) { $0.padding }
    },
    LayerFigure("receptiveField.aligned", .flag, isOfContext: true) {
      FigureValue($0.receptiveField?.isAligned)
    },
  ]

  /// The place of a key in `all`.
  package static func place(of key: String) -> Int? { places[key] }

  private static let places = Dictionary(
    all.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
}
