internal import Analysis
internal import Profiling

/// Writes the layers as comma-separated values (RFC 4180), one row per layer, static and measured side by side. Unknown is
/// an empty field.
package struct CSVRenderer: Sendable {
  package init() {}

  package func render(_ subject: Subject) -> String {
    var columns: [(name: String, value: (Int, Layer) -> String)] = [
      ("index", { index, _ in "\(index + 1)" }),
      ("name", { Escaping.csv($1.name) }),
      ("operator", { Escaping.csv($1.operator) }),
      ("operators", { Escaping.csv($1.operators.joined(separator: " + ")) }),
      ("detail", { Escaping.csv($1.detail) }),
      ("output", { Escaping.csv($1.outputs.first?.type.extents ?? "") }),
      ("parameters", { "\($1.parameters.learnable)" }),
      ("buffers", { "\($1.parameters.buffers)" }),
      ("macs", { Self.field($1.macs) }),
      ("flops", { Self.field($1.flops) }),
      ("elementwiseOperations", { Self.field($1.elementwiseOperations) }),
      ("operations", { Self.field($1.operations) }),
      ("bytesMoved", { Self.field($1.bytesMoved) }),
      ("arithmeticIntensity", { Self.field($1.arithmeticIntensity) }),
      ("activationElements", { Self.field($1.activations?.elements) }),
      ("activationBytes", { Self.field($1.activations?.bytes) }),
      ("liveBytes", { Self.field($1.live?.bytes) }),
      ("receptiveField", { Escaping.csv($1.receptiveField.map(ReceptiveFieldSection.size) ?? "") }),
    ]
    if let reference = subject.reference, subject.layerSum != nil {
      columns += [
        ("batch", { _, _ in "\(reference.batch)" }),
        ("milliseconds", { index, _ in Self.field(subject.milliseconds(of: index)) }),
        ("gigaflopsPerSecond", { index, _ in Self.field(subject.times[index]?.measured?.gigaflops) }),
        ("bound", { index, _ in subject.bound(of: index)?.rawValue ?? "" }),
        ("timedWith", { index, _ in Self.leader(of: index, subject) }),
      ]
    }
    var text = columns.map(\.name).joined(separator: ",") + "\r\n"
    for (index, layer) in subject.analysis.layers.enumerated() {
      text += columns.map { $0.value(index, layer) }.joined(separator: ",") + "\r\n"
    }
    return text
  }

  /// The layer whose row holds the time of the step that this one is part of.
  private static func leader(of index: Int, _ subject: Subject) -> String {
    subject.times[index]?.leader.map { Escaping.csv(subject.analysis.layers[$0].name) } ?? ""
  }

  static func field(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }
  private static func field(_ value: Double?) -> String {
    value.flatMap { $0.isFinite ? "\($0)" : nil } ?? ""
  }
}
