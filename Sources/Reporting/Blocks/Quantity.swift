/// A value with its unit, not yet written: each renderer says it as its reader needs it.
package enum Quantity: Sendable, Hashable {
  /// Not known, or not known for this row. Never shown as 0.
  case unknown
  /// Words of the report itself.
  case text(String)
  /// Words taken from the network's file.
  case name(String)
  /// A remark in place of a value, shown as less than one.
  case remark(String)
  case count(Int)
  /// Multiply-accumulates.
  case macs(Int)
  /// Arithmetic operations or floating-point operations, as the column says.
  case operations(Int)
  case flops(Int)
  case bytes(Int)
  case milliseconds(Double)
  /// A part of a whole: 1 is 100 %.
  case share(Double)
  /// How many times one figure is another.
  case ratio(Double)
  /// A measured number with a unit of its own, to three significant digits.
  case number(Double, unit: String)
  /// The part that is known of a larger figure.
  indirect case atLeast(Quantity)

  package static func count(_ value: Int?) -> Quantity { value.map { .count($0) } ?? .unknown }
  package static func macs(_ value: Int?) -> Quantity { value.map { .macs($0) } ?? .unknown }
  package static func operations(_ value: Int?) -> Quantity { value.map { .operations($0) } ?? .unknown }
  package static func bytes(_ value: Int?) -> Quantity { value.map { .bytes($0) } ?? .unknown }
  package static func milliseconds(_ value: Double?) -> Quantity {
    value.map { .milliseconds($0) } ?? .unknown
  }
  package static func share(_ value: Double?) -> Quantity { value.map { .share($0) } ?? .unknown }
  package static func ratio(_ value: Double?) -> Quantity { value.map { .ratio($0) } ?? .unknown }
  package static func number(_ value: Double?, unit: String) -> Quantity {
    value.map { .number($0, unit: unit) } ?? .unknown
  }

  /// The same, marked as a lower bound if `condition` holds.
  package func atLeast(if condition: Bool) -> Quantity {
    condition && self != .unknown ? .atLeast(self) : self
  }

  /// What sorting goes by; nil for words and for what is unknown.
  package var magnitude: Double? {
    switch self {
    case .unknown, .text, .name, .remark: nil
    case .count(let value), .macs(let value), .operations(let value), .flops(let value), .bytes(let value):
      Double(value)
    case .milliseconds(let value), .share(let value), .ratio(let value), .number(let value, _):
      value.isFinite ? value : nil
    case .atLeast(let quantity): quantity.magnitude
    }
  }
}

extension Quantity {
  /// With its unit, to be read by itself: `4.09 GMACs`.
  package var labelled: String {
    switch self {
    case .unknown: "—"
    case .text(let text), .name(let text), .remark(let text): text
    case .count(let value): Numbers.grouped(value)
    case .macs(let value): Self.prefixed(value, unit: "MAC", units: "MACs")
    case .operations(let value): Self.prefixed(value, unit: "operation", units: "operations")
    case .flops(let value): Self.prefixed(value, unit: "FLOP", units: "FLOPs")
    case .bytes(let value): Numbers.decimalBytes(value)
    case .milliseconds(let value): value.isFinite ? "\(Numbers.milliseconds(value)) ms" : "—"
    case .share(let value): Numbers.percent(value)
    case .ratio(let value): "\(Numbers.significant(value))×"
    case .number(let value, let unit):
      unit.isEmpty || !value.isFinite ? Numbers.significant(value) : "\(Numbers.significant(value)) \(unit)"
    case .atLeast(let quantity): "at least \(quantity.labelled)"
    }
  }

  /// In a column whose heading gives the unit, rounded: `118 M`.
  package var brief: String {
    switch self {
    case .count(let value), .macs(let value), .operations(let value), .flops(let value): Numbers.scaled(value)
    case .bytes(let value): Numbers.decimalBytes(value)
    case .milliseconds(let value): Numbers.milliseconds(value)
    case .number(let value, _): Numbers.significant(value)
    case .atLeast(let quantity): "≥ \(quantity.brief)"
    default: labelled
    }
  }

  /// In a column whose heading gives the unit, no digit of a count left out: `118,013,952`.
  package var exact: String {
    switch self {
    case .count(let value), .macs(let value), .operations(let value), .flops(let value):
      Numbers.grouped(value)
    case .atLeast(let quantity): "≥ \(quantity.exact)"
    default: brief
    }
  }

  /// The whole truth about a rounded figure, to stand beside it; nil where nothing was rounded away.
  var elaboration: String? {
    switch self {
    case .macs(let value) where value >= 10_000: "\(Numbers.grouped(value)) MACs"
    case .flops(let value) where value >= 10_000: "\(Numbers.grouped(value)) FLOPs"
    case .operations(let value) where value >= 10_000: "\(Numbers.grouped(value)) operations"
    case .count(let value) where value >= 10_000: Numbers.grouped(value)
    case .bytes(let value) where value >= 1000:
      "\(Numbers.binaryBytes(value)) · \(Numbers.grouped(value)) bytes"
    case .atLeast(let quantity): quantity.elaboration
    default: nil
    }
  }

  private static func prefixed(_ value: Int, unit: String, units: String) -> String {
    let (number, prefix) = Numbers.prefixed(Double(value))
    if prefix.isEmpty { return Numbers.plural(value, unit, units) }
    return units != "operations" ? "\(number) \(prefix)\(units)" : "\(number) \(prefix) \(units)"
  }
}
