package import Checking

/// The figures as OpenMetrics text (version 1.0.0), which GitLab shows as a metrics report and Prometheus reads.
package struct OpenMetricsRenderer: Sendable {
  package init() {}

  package func render(_ checks: [NetworkCheck]) -> String {
    var text = ""
    for figure in NetworkFigures.all {
      let lines = checks.flatMap { check in
        samples(check.network.figures[figure.key] ?? .unknown, figure, network: check.network.name)
      }
      if !lines.isEmpty { text += family(figure) + lines.joined() }
    }
    text += "# TYPE assay_check_exceeded gauge\n# HELP assay_check_exceeded Limits exceeded, by severity.\n"
    for check in checks {
      for severity in Severity.allCases {
        text +=
          "assay_check_exceeded{network=\(Self.label(check.network.name)),severity=\"\(severity.rawValue)\"}"
        text += " \(check.count(.exceeded, severity))\n"
      }
    }
    return text + "# EOF\n"
  }

  private func family(_ figure: NetworkFigure) -> String {
    let name = Self.name(figure)
    var text = "# TYPE \(name) gauge\n"
    if name.hasSuffix("_bytes") { text += "# UNIT \(name) bytes\n" }
    if name.hasSuffix("_seconds") { text += "# UNIT \(name) seconds\n" }
    return text + "# HELP \(name) \(figure.key) of the network\(figure.isMeasured ? ", measured" : "").\n"
  }

  private func samples(_ value: FigureValue, _ figure: NetworkFigure, network: String) -> [String] {
    let labels = "network=\(Self.label(network))"
    switch value {
    case .unknown: return []
    case .integer(0) where figure.key.hasPrefix("totals.modelSize.byType."): return []
    case .integer(let count) where figure.unit != .milliseconds:
      return ["\(Self.name(figure)){\(labels)} \(count)\n"]
    case .integer, .number, .flag:
      let scale = figure.unit == .milliseconds ? 1000.0 : 1
      return ["\(Self.name(figure)){\(labels)} \((value.magnitude ?? 0) / scale)\n"]
    case .axes(let axes):
      return axes.enumerated().map { axis, extent in
        "\(Self.name(figure)){\(labels),axis=\"\(axis)\"} \(extent.map(String.init) ?? "+Inf")\n"
      }
    }
  }

  /// `totals.modelSize.weightBytes` as `assay_totals_model_size_weight_bytes`; times in seconds, the unit that the format asks for.
  static func name(_ figure: NetworkFigure) -> String {
    var name = "assay_"
    for scalar in figure.key.unicodeScalars {
      switch scalar {
      case "A"..."Z": name += "_" + String(scalar).lowercased()
      case "a"..."z", "0"..."9": name.unicodeScalars.append(scalar)
      default: name += "_"
      }
    }
    guard figure.unit == .milliseconds else { return name }
    // Milliseconds stand in the middle of some keys and at the end of others.
    let words = name.split(separator: "_").filter { $0 != "milliseconds" }
    return words.joined(separator: "_") + "_seconds"
  }

  static func label(_ text: String) -> String {
    var result = "\""
    for scalar in Escaping.visible(text).unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
