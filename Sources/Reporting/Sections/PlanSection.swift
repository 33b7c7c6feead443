internal import Profiling

/// What the executor chose for each step and why, and how near its time is to the least it could take.
package struct PlanSection: Section {
  package let title = "Plan"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    guard let reference = subject.reference, let roof = subject.roof else { return nil }
    let steps = reference.steps.compactMap { step in step.explanation.map { Step(step, $0) } }
    guard !steps.isEmpty else { return nil }
    blocks = [
      .paragraph(Self.introduction(roof)), .table(Self.table(steps)), .heading("Why these kernels"),
      .table(Self.reasons(steps)),
    ]
  }

  private struct Step {
    var profile: StepProfile
    var explanation: StepExplanation

    init(_ profile: StepProfile, _ explanation: StepExplanation) {
      self.profile = profile
      self.explanation = explanation
    }

    /// The part of the floor in the time; above 1 where less arithmetic is done than is counted, or the data come out of
    /// a cache.
    var share: Double? {
      guard let floor = explanation.floorMilliseconds, profile.milliseconds > 0 else { return nil }
      return floor / profile.milliseconds
    }
  }

  private static func introduction(_ roof: Roof) -> Prose {
    "The least time of a step is the greater of two: its counted arithmetic at \(strong: .number(roof.gigaflops, unit: "GFLOP/s")), and the bytes that it reads and writes, weights included, at \(strong: .number(roof.bandwidth, unit: "GB/s")), both measured in the same run. A share above 100 % means that fewer operations are done than are counted (Winograd's algorithm), or that the data lay in a nearer cache than the one that was measured. Products of 8-bit integers have no floor in arithmetic: that peak was not measured."
  }

  private static func table(_ steps: [Step]) -> Table {
    Table(
      "Steps of the plan",
      columns: [
        .text("Step"), .text("Fused", priority: 3), .text("Kernel"), .text("Tile", priority: 4),
        .text("Layout", priority: 4),
        Column("Time", unit: "ms", hasBar: true), Column("Arithmetic", unit: "ms", priority: 2),
        Column("Memory", unit: "ms", priority: 2), Column("Reached", priority: 1),
      ],
      rows: steps.map { step in
        let (profile, explanation) = (step.profile, step.explanation)
        return [
          .name(profile.name), fused(explanation.operators), .text(profile.kernel),
          words(explanation.tile), .text(explanation.layout), .milliseconds(profile.milliseconds),
          .milliseconds(explanation.computeMilliseconds), .milliseconds(explanation.bandwidthMilliseconds),
          .share(step.share),
        ]
      }, total: total(steps), isSortable: true)
  }

  private static func total(_ steps: [Step]) -> [Quantity] {
    let time = steps.reduce(0) { $0 + $1.profile.milliseconds }
    func sum(_ part: KeyPath<StepExplanation, Double?>) -> Double? {
      let values = steps.compactMap { $0.explanation[keyPath: part] }
      return values.isEmpty ? nil : values.reduce(0, +)
    }
    let floor = sum(\.floorMilliseconds)
    return [
      .text("All"), .unknown, .unknown, .unknown, .unknown, .milliseconds(time),
      .milliseconds(sum(\.computeMilliseconds)), .milliseconds(sum(\.bandwidthMilliseconds)),
      .share(time > 0 ? floor.map { $0 / time } : nil),
    ]
  }

  /// Each choice once, those that take longest first.
  private static func reasons(_ steps: [Step]) -> Table {
    struct Choice: Hashable {
      var kernel: String
      var instructionSet: String?
      var reason: String
    }
    var found: [Choice: (count: Int, milliseconds: Double)] = [:]
    for step in steps {
      let choice = Choice(
        kernel: step.profile.kernel, instructionSet: step.explanation.instructionSet,
        reason: step.explanation.reason)
      found[choice, default: (0, 0)].count += 1
      found[choice, default: (0, 0)].milliseconds += step.profile.milliseconds
    }
    let sorted = found.sorted {
      ($1.value.milliseconds, $0.key.kernel) < ($0.value.milliseconds, $1.key.kernel)
    }
    return Table(
      "Kernels of the plan",
      columns: [
        .text("Kernel"), .text("Instruction set", priority: 2), Column("Steps", priority: 1),
        Column("Time", unit: "ms"), .text("Why"),
      ],
      rows: sorted.map { choice, sum in
        [
          .text(choice.kernel), words(choice.instructionSet ?? ""), .count(sum.count),
          .milliseconds(sum.milliseconds), words(choice.reason),
        ]
      })
  }

  private static func fused(_ operators: [String]) -> Quantity {
    operators.isEmpty ? .unknown : .name(operators.joined(separator: " + "))
  }

  private static func words(_ text: String) -> Quantity { text.isEmpty ? .unknown : .text(text) }
}
