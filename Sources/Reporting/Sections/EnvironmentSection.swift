internal import Profiling

/// The conditions of the measurement, without which times cannot be compared.
package struct EnvironmentSection: Section {
  package let title = "Environment"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    guard let profile = subject.profile else { return nil }
    let environment = profile.environment
    let machine = profile.machine
    var rows: [[Quantity]] = [
      [.text("Processor"), .name(environment.processor)],
      [.text("Architecture"), .text(environment.architecture)],
      [.text("Instruction set in use"), .text(environment.instructionSet)],
      [.text("Cores"), .count(environment.cores)],
      [.text("Memory"), environment.memoryBytes.map { .text(Numbers.binaryBytes($0)) } ?? .unknown],
      [.text("Operating system"), .name(environment.operatingSystem)],
      [.text("Frequency"), .number(environment.frequencyMegahertz, unit: "MHz")],
      [.text("Load before the run"), .number(environment.loadAverage, unit: "")],
      [.text("Affinity"), environment.affinity.map { .text(Self.ranges($0)) } ?? .unknown],
    ]
    rows += [
      [
        .text("Peak, one thread"), .number(machine.peakGigaflopsPerThread, unit: "GFLOP/s"),
      ],
      [
        .text("Peak, \(Numbers.plural(machine.threads, "thread"))"),
        .number(machine.peakGigaflops, unit: "GFLOP/s"),
      ],
      [.text("Bandwidth, one thread"), .number(machine.bandwidthGigabytesPerThread, unit: "GB/s")],
      [
        .text("Bandwidth, \(Numbers.plural(machine.threads, "thread"))"),
        .number(machine.bandwidthGigabytes, unit: "GB/s"),
      ],
      [.text("Assay"), .text(environment.assayVersion)], [.text("Date"), .text(environment.date)],
    ]
    blocks = [
      .table(
        Table(
          "Conditions of the measurement", columns: [.text("What"), .text("Value")],
          rows: rows.map { [$0[0], $0[1].magnitude == nil ? $0[1] : .text($0[1].labelled)] }))
    ]
  }

  /// `0–3, 8` for the processors 0, 1, 2, 3 and 8.
  static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.upperBound < Int.max, number <= last.upperBound + 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }.joined(
      separator: ", ")
  }
}
