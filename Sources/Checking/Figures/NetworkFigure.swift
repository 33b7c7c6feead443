internal import Analysis
internal import Profiling

/// What a figure is counted in.
package enum FigureUnit: String, Sendable, Hashable {
  case elements
  case bytes
  case macs
  case flops
  case operations
  case operationsPerByte
  case milliseconds
  case perSecond
  case gigaflopsPerSecond
  /// Elements along each axis.
  case extents
  case count
  case flag
}

/// Which way a figure gets worse; figures that are neither good nor bad have none.
package enum Direction: String, Sendable, Hashable {
  case up
  case down
}

/// A figure of the contract for a whole network, by its dotted key in `assay-report/1`.
package struct NetworkFigure: Sendable {
  package let key: String
  package let unit: FigureUnit
  package let worse: Direction?
  /// Whether a change against the baseline is judged where no limit names the figure. Left out are figures that an exporter's
  /// taste decides, such as the length of names in the file, and those that others of the list say already.
  package let isGuarded: Bool
  /// Whether it takes a run; the others are counted, the same on every machine.
  package let isMeasured: Bool
  let read: @Sendable (StaticAnalysis, Profile?) -> FigureValue

  init(
    _ key: String, _ unit: FigureUnit, worse: Direction? = .up, isGuarded: Bool = false,
    isMeasured: Bool = false, _ read: @escaping @Sendable (StaticAnalysis, Profile?) -> FigureValue
  ) {
    self.key = key
    self.unit = unit
    self.worse = worse
    self.isGuarded = isGuarded
    self.isMeasured = isMeasured
    self.read = read
  }
}

/// A figure of the contract for one layer, by its dotted key within an entry of `layers`.
package struct LayerFigure: Sendable {
  package let key: String
  package let unit: FigureUnit
  /// Whether it follows from what surrounds the layer, so that it changes where the layer itself has not.
  package let isOfContext: Bool
  /// What it mostly is, from figures before it in the list: baselines leave out what is as expected.
  let expected: @Sendable (LayerSnapshot) -> FigureValue
  let read: @Sendable (Layer) -> FigureValue

  init(
    _ key: String, _ unit: FigureUnit, isOfContext: Bool = false,
    expected: @escaping @Sendable (LayerSnapshot) -> FigureValue = { _ in .integer(0) },
    _ read: @escaping @Sendable (Layer) -> FigureValue
  ) {
    self.key = key
    self.unit = unit
    self.isOfContext = isOfContext
    self.expected = expected
    self.read = read
  }
}
