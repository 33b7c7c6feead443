internal import Analysis
internal import Network
internal import Profiling

/// Every figure of the contract that a budget can limit for a network. A test compares the list with the report's keys.
package enum NetworkFigures {
  /// In the order in which baselines and tables hold them.
  package static let counted: [NetworkFigure] =
    parameters + sizes + work + activations + peaks + receptiveField + [
      NetworkFigure("totals.completeness.uncounted", .count, isGuarded: true) { analysis, _ in
        .integer(analysis.totals.completeness.uncounted.reduce(0) { $0 + $1.count })
      }
    ]

  package static let measured: [NetworkFigure] =
    coldStart
    + batchFigures.map { figure in
      NetworkFigure("profile.\(figure.key)", figure.unit, worse: figure.worse, isMeasured: true) {
        _, profile in
        profile?.batches.first.map(figure.read) ?? .unknown
      }
    }

  package static let all = counted + measured

  /// The figure of a key: one of `all`, or `profile.batches.N.KEY` for a batch size of a sweep.
  package static func find(_ key: String) -> NetworkFigure? {
    if let figure = byKey[key] { return figure }
    let parts = key.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, parts[0] == "profile", parts[1] == "batches", let batch = Int(parts[2]),
      batch > 0,
      let figure = batchFigures.first(where: { $0.key == parts[3] })
    else { return nil }
    return NetworkFigure(key, figure.unit, worse: figure.worse, isMeasured: true) { _, profile in
      profile?.batches.first { $0.batch == batch }.map(figure.read) ?? .unknown
    }
  }

  private static let byKey = Dictionary(all.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })

  private static let parameters = [
    NetworkFigure("totals.parameters.learnable", .elements, isGuarded: true) { analysis, _ in
      .integer(analysis.totals.parameters.learnable)
    },
    NetworkFigure("totals.parameters.buffers", .elements, isGuarded: true) { analysis, _ in
      .integer(analysis.totals.parameters.buffers)
    },
    NetworkFigure("totals.parameters.constants", .elements) { analysis, _ in
      .integer(analysis.totals.parameters.constants)
    },
  ]

  private static let sizes =
    [
      NetworkFigure("totals.modelSize.weightBytes", .bytes, isGuarded: true) { analysis, _ in
        .integer(analysis.totals.weightBytes)
      },
      NetworkFigure("totals.modelSize.fileBytes", .bytes) { analysis, _ in
        .integer(analysis.network.fileBytes)
      },
    ] + ElementType.allCases.flatMap(sizes(of:))

  private static func sizes(of type: ElementType) -> [NetworkFigure] {
    [
      NetworkFigure("totals.modelSize.byType.\(type.name).elements", .elements) { analysis, _ in
        .integer(analysis.totals.weightBytesByType.first { $0.type == type }?.elements ?? 0)
      },
      NetworkFigure("totals.modelSize.byType.\(type.name).bytes", .bytes) { analysis, _ in
        .integer(analysis.totals.weightBytesByType.first { $0.type == type }?.bytes ?? 0)
      },
    ]
  }

  private static let work = [
    NetworkFigure("totals.macs", .macs, isGuarded: true) { analysis, _ in .integer(analysis.totals.macs) },
    NetworkFigure("totals.integerMacs", .macs) { analysis, _ in .integer(analysis.totals.integerMACs) },
    NetworkFigure("totals.flops", .flops, isGuarded: true) { analysis, _ in .integer(analysis.totals.flops) },
    NetworkFigure("totals.elementwiseOperations", .operations, isGuarded: true) { analysis, _ in
      .integer(analysis.totals.elementwiseOperations)
    },
    NetworkFigure("totals.operations", .operations) { analysis, _ in .integer(analysis.totals.operations) },
    NetworkFigure("totals.bytesMoved", .bytes, isGuarded: true) { analysis, _ in
      FigureValue(analysis.totals.bytesMoved)
    },
  ]

  private static let activations =
    extent("total", isGuarded: true) { $0.total } + extent("matrixOutputs") { $0.matrixOutputs }
    + extent("allTensors") { $0.allTensors }

  private static let peaks =
    extent("peak.pair", isGuarded: true) { $0.peakPair?.extent }
    + extent("peak.liveness", isGuarded: true) { $0.peakLiveness?.extent }
    + extent("peak.blockInput") { $0.peakBlockInput?.extent } + [
      NetworkFigure("\(arenaPrefix)bytes", .bytes, isGuarded: true) { analysis, _ in
        FigureValue(analysis.totals.activations.peakArena?.bytes)
      },
      NetworkFigure("\(arenaPrefix)lowerBoundBytes", .bytes) { analysis, _ in
        FigureValue(analysis.totals.activations.peakArena?.lowerBoundBytes)
      },
    ]

  package static let activationsPrefix = "totals.activations."
  /// Figures for which the executor has to make a plan.
  package static let arenaPrefix = "totals.activations.peak.arena."

  /// Elements say nothing of their own where the bytes are guarded, except that a narrower type hides them.
  private static func extent(
    _ name: String, isGuarded: Bool = false, _ read: @escaping @Sendable (ActivationTotals) -> Extent?
  ) -> [NetworkFigure] {
    [
      NetworkFigure("\(activationsPrefix)\(name).elements", .elements) { analysis, _ in
        FigureValue(read(analysis.totals.activations)?.elements)
      },
      NetworkFigure("\(activationsPrefix)\(name).bytes", .bytes, isGuarded: isGuarded) { analysis, _ in
        FigureValue(read(analysis.totals.activations)?.bytes)
      },
    ]
  }

  private static let receptiveField = [
    NetworkFigure("totals.receptiveField.size", .extents, worse: nil, isGuarded: true) { analysis, _ in
      FigureValue.field(analysis.totals.receptiveField) { $0.size }
    },
    NetworkFigure("totals.receptiveField.stride", .extents, worse: nil, isGuarded: true) { analysis, _ in
      FigureValue.field(analysis.totals.receptiveField) { $0.stride }
    },
    NetworkFigure("totals.receptiveField.padding", .extents, worse: nil) { analysis, _ in
      FigureValue.field(analysis.totals.receptiveField) { $0.padding }
    },
    NetworkFigure("totals.receptiveField.aligned", .flag, worse: .down) { analysis, _ in
      FigureValue(analysis.totals.receptiveField?.isAligned)
    },
  ]
}

extension FigureValue {
  /// Axes of a receptive field; unknown where a network or layer has none.
  static func field(
    _ field: ReceptiveField?, _ read: (ReceptiveField.Axis) -> Int?
  ) -> FigureValue {
    field.map { .axes($0.axes.map(read)) } ?? .unknown
  }
}
