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
    LayerFigure("flops", .flops, expected: { twice($0["macs"], plus: .integer(0)) }) {
      FigureValue($0.flops)
    },
    LayerFigure("elementwiseOperations", .operations) { FigureValue($0.elementwiseOperations) },
    LayerFigure("operations", .operations, expected: { twice($0["macs"], plus: $0["elementwiseOperations"]) })
    { FigureValue($0.operations) },
    LayerFigure("bytesMoved", .bytes) { FigureValue($0.bytesMoved) },
    LayerFigure("arithmeticIntensity", .operationsPerByte, expected: intensity) {
      FigureValue($0.arithmeticIntensity)
    },
    LayerFigure("activations.bytes", .bytes, isOfContext: true) { FigureValue($0.activations?.bytes) },
    LayerFigure(
      "activations.elements", .elements, isOfContext: true, expected: { quarter($0["activations.bytes"]) }
    ) {
      FigureValue($0.activations?.elements)
    },
    LayerFigure("liveBytes", .bytes, isOfContext: true) { FigureValue($0.live?.bytes) },
    LayerFigure("receptiveField.size", .extents, isOfContext: true, expected: { _ in .unknown }) {
      FigureValue.field($0.receptiveField) { $0.size }
    },
    LayerFigure("receptiveField.stride", .extents, isOfContext: true, expected: { _ in .unknown }) {
      FigureValue.field($0.receptiveField) { $0.stride }
    },
    LayerFigure("receptiveField.padding", .extents, isOfContext: true, expected: { _ in .unknown }) {
      FigureValue.field($0.receptiveField) { $0.padding }
    },
    LayerFigure(
      "receptiveField.aligned", .flag, isOfContext: true,
      expected: { $0["receptiveField.size"] == .unknown ? .unknown : .flag(true) }
    ) {
      FigureValue($0.receptiveField?.isAligned)
    },
  ]

  /// The place of a key in `all`.
  package static func place(of key: String) -> Int? { places[key] }

  private static let places = Dictionary(
    all.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })

  /// As the conventions relate the two: `2 x MACs + elementwise operations`.
  private static func twice(_ macs: FigureValue, plus operations: FigureValue) -> FigureValue {
    guard case .integer(let macs) = macs, case .integer(let operations) = operations else { return .unknown }
    let (double, isTooMany) = macs.multipliedReportingOverflow(by: 2)
    let (sum, overflow) = double.addingReportingOverflow(operations)
    return isTooMany || overflow ? .unknown : .integer(sum)
  }

  /// Elements of 32 bits, as most are.
  private static func quarter(_ bytes: FigureValue) -> FigureValue {
    if case .integer(let bytes) = bytes, bytes.isMultiple(of: 4) { .integer(bytes / 4) } else { .unknown }
  }

  /// As `Layer.arithmeticIntensity`.
  private static let intensity: @Sendable (LayerSnapshot) -> FigureValue = { layer in
    guard case .integer(let operations) = layer["operations"], case .integer(let bytes) = layer["bytesMoved"],
      bytes > 0
    else { return .unknown }
    return .number(Double(operations) / Double(bytes))
  }
}
