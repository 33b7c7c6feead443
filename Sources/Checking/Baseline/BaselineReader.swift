/// Reads a baseline file. What it holds beyond what is asked for is ignored, so that a newer version's file of the same schema can
/// be read.
package enum BaselineReader {
  package static func read(_ bytes: [UInt8]) throws(BaselineError) -> Baseline {
    let document: JSONNode
    do throws(JSONSyntaxError) {
      document = try JSONReader.read(bytes)
    } catch {
      throw .syntax(error)
    }
    guard document["schema"]?.string == Baseline.schema else {
      throw .otherSchema(document["schema"]?.string)
    }
    guard let networks = document["networks"]?.members else {
      throw .malformed(line: document.line, key: "networks", expected: "an object")
    }
    var snapshots: [NetworkSnapshot] = []
    for member in networks { snapshots.append(try network(member)) }
    return Baseline(networks: snapshots)
  }

  private static func network(_ member: JSONNode.Member) throws(BaselineError) -> NetworkSnapshot {
    let node = member.value
    guard let figures = node["figures"]?.members else {
      throw .malformed(line: member.line, key: "figures", expected: "an object")
    }
    guard let layers = node["layers"]?.elements else {
      throw .malformed(line: member.line, key: "layers", expected: "a list")
    }
    var snapshot = NetworkSnapshot(
      name: member.key, bindings: try counts(node["bindings"], "bindings"),
      inputs: try strings(node["inputs"], "inputs"), uncounted: try counts(node["uncounted"], "uncounted"),
      activationsAreLowerBounds: try boolean(node["activationsAreLowerBounds"], "activationsAreLowerBounds"),
      measured: node["measured"])
    for figure in figures { snapshot.figures[figure.key] = try value(figure.value, figure.key) }
    for figure in NetworkFigures.counted
    where figure.key.hasPrefix("totals.modelSize.byType.") && snapshot.figures[figure.key] == nil {
      snapshot.figures[figure.key] = .integer(0)
    }
    snapshot.layers.reserveCapacity(layers.count)
    for node in layers { snapshot.layers.append(try layer(node)) }
    return snapshot
  }

  private static func layer(_ node: JSONNode) throws(BaselineError) -> LayerSnapshot {
    guard let members = node.members else {
      throw .malformed(line: node.line, key: "layers", expected: "an object for each layer")
    }
    var layer = LayerSnapshot(
      name: "", operators: [], figures: Array(repeating: .unknown, count: LayerFigures.all.count))
    var isGiven = [Bool](repeating: false, count: LayerFigures.all.count)
    for member in members {
      switch member.key {
      case "name": layer.name = try text(member.value, "name")
      case "operators": layer.operators = try strings(member.value, "operators")
      case "attributes": layer.attributes = try text(member.value, "attributes")
      case "weights": layer.weights = try strings(member.value, "weights")
      case "outputs": layer.outputs = try strings(member.value, "outputs")
      case "sources": layer.sources = try integers(member.value, "sources")
      default:
        if let place = LayerFigures.place(of: member.key) {
          layer.figures[place] = try value(member.value, member.key)
          isGiven[place] = true
        }
      }
    }
    for (place, figure) in LayerFigures.all.enumerated() where !isGiven[place] {
      layer.figures[place] = figure.expected(layer)
    }
    return layer
  }

  private static func value(_ node: JSONNode, _ key: String) throws(BaselineError) -> FigureValue {
    switch node.content {
    case .null: return .unknown
    case .boolean(let value): return .flag(value)
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .array(let elements):
      var axes: [Int?] = []
      for element in elements {
        if case .null = element.content {
          axes.append(nil)
        } else if let extent = element.integer {
          axes.append(extent)
        } else {
          throw .malformed(line: element.line, key: key, expected: "whole numbers")
        }
      }
      return .axes(axes)
    case .string, .object: throw .malformed(line: node.line, key: key, expected: "a number")
    }
  }

  private static func text(_ node: JSONNode, _ key: String) throws(BaselineError) -> String {
    guard let text = node.string else { throw .malformed(line: node.line, key: key, expected: "a string") }
    return text
  }

  private static func strings(_ node: JSONNode?, _ key: String) throws(BaselineError) -> [String] {
    guard let node else { return [] }
    guard let elements = node.elements else {
      throw .malformed(line: node.line, key: key, expected: "a list of strings")
    }
    var result: [String] = []
    for element in elements { result.append(try text(element, key)) }
    return result
  }

  private static func integers(_ node: JSONNode, _ key: String) throws(BaselineError) -> [Int] {
    guard let elements = node.elements else {
      throw .malformed(line: node.line, key: key, expected: "a list of whole numbers")
    }
    var result: [Int] = []
    for element in elements {
      // Further than any network is long: sums with it could not be told.
      guard let value = element.integer, value.magnitude < 1 << 40 else {
        throw .malformed(line: element.line, key: key, expected: "whole numbers")
      }
      result.append(value)
    }
    return result
  }

  /// false where it is left out.
  private static func boolean(_ node: JSONNode?, _ key: String) throws(BaselineError) -> Bool {
    guard let node else { return false }
    guard case .boolean(let value) = node.content else {
      throw .malformed(line: node.line, key: key, expected: "true or false")
    }
    return value
  }

  private static func counts(_ node: JSONNode?, _ key: String) throws(BaselineError) -> [String: Int] {
    guard let node else { return [:] }
    guard let members = node.members else {
      throw .malformed(line: node.line, key: key, expected: "an object")
    }
    var result: [String: Int] = [:]
    for member in members {
      guard let value = member.value.integer else {
        throw .malformed(line: member.line, key: member.key, expected: "a whole number")
      }
      result[member.key] = value
    }
    return result
  }
}
