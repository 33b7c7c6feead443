/// What one run of a check leaves in a history: one line of the file.
package struct HistoryRun: Sendable, Equatable {
  package static let schema = "assay-history/1"

  /// As the version control names it.
  package var commit: String
  /// ISO 8601.
  package var time: String
  package var networks: [HistoryNetwork]

  package init(commit: String, time: String, networks: [HistoryNetwork]) {
    self.commit = commit
    self.time = time
    self.networks = networks
  }
}

/// One network's figures in a run.
package struct HistoryNetwork: Sendable, Equatable {
  package var name: String
  /// Counted figures by their keys, in the order of `NetworkFigures`.
  package var figures: [(key: String, value: FigureValue)]
  package var measured: HistoryMeasurement?

  package init(
    name: String, figures: [(key: String, value: FigureValue)], measured: HistoryMeasurement? = nil
  ) {
    self.name = name
    self.figures = figures
    self.measured = measured
  }

  package static func == (left: HistoryNetwork, right: HistoryNetwork) -> Bool {
    left.name == right.name && left.measured == right.measured
      && left.figures.elementsEqual(right.figures) { $0.key == $1.key && $0.value == $1.value }
  }
}

/// A network's measured time in a run.
package struct HistoryMeasurement: Sendable, Equatable {
  /// What must be the same for two times to lie on one line: calibration, machine, instruction set, batch, threads.
  package var conditions: String
  package var milliseconds: Double
  /// The natural logarithm of the network's time as a multiple of the calibration load's: the median of the blocks.
  package var logarithmicRatio: Double

  package init(conditions: String, milliseconds: Double, logarithmicRatio: Double) {
    self.conditions = conditions
    self.milliseconds = milliseconds
    self.logarithmicRatio = logarithmicRatio
  }
}

extension HistoryRun {
  /// Takes of each network what is judged without anyone asking, as far as it is one number.
  package init(commit: String, time: String, _ snapshots: [(NetworkSnapshot, HistoryMeasurement?)]) {
    self.init(
      commit: commit, time: time,
      networks: snapshots.map { snapshot, measured in
        HistoryNetwork(
          name: snapshot.name,
          figures: NetworkFigures.counted.filter(\.isGuarded).compactMap { figure in
            guard let value = snapshot.figures[figure.key], value.magnitude != nil else { return nil }
            return (figure.key, value)
          }, measured: measured)
      })
  }
}
