internal import Statistics

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// One figure of one network over the runs of a history, and where it moved.
package struct Trend: Sendable, Equatable {
  package struct Point: Sendable, Equatable {
    /// Index into the runs that the trend was made of.
    package var run: Int
    package var value: Double
  }

  /// A move: the run with which a new level begins.
  package struct Change: Sendable, Equatable {
    /// Index into `points`.
    package var point: Int
    package var run: Int
    /// The levels: the value before and after, of measured figures the mean of all runs of the level.
    package var before: Double
    package var after: Double
  }

  package enum Kind: Sendable, Hashable {
    case counted(figure: String)
    /// Multiples of the calibration load, under these conditions.
    case measured(conditions: String)
  }

  package var network: String
  package var kind: Kind
  package var points: [Point]
  package var changes: [Change]
}

extension Trend {
  /// Runs that are looked at, the latest: finding changes takes time that grows with their square.
  package static let runLimit = 1000

  /// All trends of the latest runs, by network in alphabetical order, counted figures before measured ones.
  package static func all(of runs: [HistoryRun]) -> [Trend] {
    var networks: [String: SeriesList] = [:]
    for (index, run) in runs.enumerated() {
      for network in run.networks {
        for figure in network.figures {
          guard let value = figure.value.magnitude else { continue }
          networks[network.name, default: SeriesList()].add(
            Point(run: index, value: value), to: .counted(figure: figure.key))
        }
        if let measured = network.measured {
          networks[network.name, default: SeriesList()].add(
            Point(run: index, value: measured.logarithmicRatio),
            to: .measured(conditions: measured.conditions))
        }
      }
    }
    return networks.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.flatMap { name, list in
      (list.series.filter { $0.isCounted } + list.series.filter { !$0.isCounted }).map { Trend(name, $0) }
    }
  }

  private struct Series {
    var kind: Kind
    var points: [Point]
    var isCounted: Bool { if case .counted = kind { true } else { false } }
  }

  /// In the order in which they first appear.
  private struct SeriesList {
    var series: [Series] = []
    private var places: [Kind: Int] = [:]

    init() {}

    mutating func add(_ point: Point, to kind: Kind) {
      if let place = places[kind] {
        series[place].points.append(point)
      } else {
        places[kind] = series.count
        series.append(Series(kind: kind, points: [point]))
      }
    }
  }

  private init(_ network: String, _ series: Series) {
    self.network = network
    kind = series.kind
    points = series.points
    changes = []
    let values = points.map(\.value)
    if series.isCounted {
      changes = ChangePoints.exact(of: values).map { start in
        Change(point: start, run: points[start].run, before: values[start - 1], after: values[start])
      }
    } else {
      changes = Self.measuredChanges(values).map { change in
        Change(
          point: change.start, run: points[change.start].run, before: exp(change.before),
          after: exp(change.after))
      }
      points = points.map { Point(run: $0.run, value: exp($0.value)) }
    }
  }

  /// Noise below this is luck of a short series: measurements of one network differ by it on the quietest machine.
  private static let noiseFloor = 0.003
  /// Moves below a percent are told by no check, and named by no page.
  private static let smallest = 0.01

  /// Moves of logarithms, each with the mean of the level before and after.
  private static func measuredChanges(_ values: [Double]) -> [(start: Int, before: Double, after: Double)] {
    let noise = max(ChangePoints.noise(of: values), noiseFloor)
    let bounds = [0] + ChangePoints(of: values, noise: noise).starts + [values.count]
    var changes: [(start: Int, before: Double, after: Double)] = []
    for index in bounds.indices.dropFirst().dropLast() {
      let start = bounds[index]
      guard let before = mean(Array(values[bounds[index - 1]..<start])),
        let after = mean(Array(values[start..<bounds[index + 1]])), (after - before).magnitude >= smallest
      else { continue }
      changes.append((start, before, after))
    }
    return changes
  }
}
