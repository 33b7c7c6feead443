import Network
package import Operators

extension AnalysisError {
  /// One sentence for the user: what, where, and what to do about it where something can be done.
  package var message: String {
    switch self {
    case .node(let node, let error): "\(node.description): \(error.message)"
    case .unknownInput(let name, let known):
      "the network has no input named '\(name)'; it has \(Self.list(known))"
    case .unknownSymbol(let name, let known):
      known.isEmpty
        ? "no input of the network declares a symbol, so '\(name)' cannot be bound; give --input-shape instead"
        : "no input of the network declares the symbol '\(name)'; they declare \(Self.list(known))"
    case .inputRank(let input, let declared, let given):
      "input '\(input)' has \(declared) axes, and the shape given for it has \(given)"
    case .fixedExtent(let input, let axis, let declared, let given):
      "axis \(axis) of input '\(input)' is fixed to \(declared) in the file, so it cannot be \(given); "
        + "export the network with a symbolic axis"
    case .conflictingExtents(let symbol, let first, let second):
      "the symbol '\(symbol)' is given two extents, \(first) and \(second)"
    case .negativeExtent(let name, let value):
      "the extent of '\(name)' cannot be negative, and is \(value)"
    case .unknownLoop(let name, let known):
      "the network has no loop named '\(name)'; it has \(Self.list(known))"
    case .functionCycle(let name): "the file's function '\(name)' calls itself"
    case .tooManyNodes(let limit):
      "the file's functions and gradients expand to more than \(limit) nodes; raise the limit with --limit expanded-nodes=N"
    case .namesTooLong(let limit):
      "the names in the file's expanded functions and gradients take more than \(limit) bytes; "
        + "raise the limit with --limit expanded-name-bytes=N"
    case .nestedTooDeep(let limit):
      "graphs or calls are nested deeper than \(limit) levels; raise the limit with --limit depth=N"
    case .overflow(let figure): "\(figure) is more than a 64-bit number holds"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.map { "'\($0)'" }.joined(separator: ", ")
  }
}

extension AnalysisError.NodeReference {
  /// For example `node '/conv1/Conv' (Conv, at byte 1234)`.
  package var description: String {
    let kind = domain.isEmpty ? `operator` : "\(domain).\(`operator`)"
    let place = offset.map { ", at byte \($0)" } ?? ""
    return name.isEmpty ? "node without a name (\(kind)\(place))" : "node '\(name)' (\(kind)\(place))"
  }
}

extension OperatorError {
  /// What is wrong with the node, without naming it.
  package var message: String {
    switch self {
    case .missingInput(let index): "input \(index) is required and left out"
    case .missingAttribute(let name): "the attribute '\(name)' is required and missing"
    case .attributeType(let name): "the attribute '\(name)' has another type than the operator asks for"
    case .attributeValue(let name, let reason): "the attribute '\(name)' is not allowed: \(reason)"
    case .rank(let input, let expected, let found):
      "input \(input) must have \(expected) axes, and has \(found)"
    case .elementType(let input, let found): "input \(input) cannot have the element type \(found.name)"
    case .shape(let input, let reason): "the shape of input \(input) does not fit: \(reason)"
    case .needsValue(let input):
      "the output's shape depends on the values of input \(input), which are not known"
    case .overflow: "a size is more than a 64-bit number holds"
    case .tooLarge(let bytes, let limit): "a tensor would take \(bytes) bytes, and the limit is \(limit)"
    case .value(let input, let reason): "a value of input \(input) is not allowed: \(reason)"
    case .nestedGraph: "a graph nested in the node does not fit what it is given"
    case .noKernel: "this build has no code that runs the operator"
    case .unsupported(let part): "this build does not support \(part)"
    }
  }
}
