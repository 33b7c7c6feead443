internal import Analysis
internal import Network
internal import Operators

extension ExecutionError {
  /// One sentence for the user: what cannot run, where, and what to do where something can be done.
  package var message: String {
    switch self {
    case .unknownOperator(let node, let domain, let name):
      "node '\(node)' needs the operator \(domain.isEmpty ? name : "\(domain).\(name)"), which the executor does not have"
    case .node(let node, let operatorName, let error): "node '\(node)' (\(operatorName)): \(error.message)"
    case .notStatic(let value):
      "the extents of '\(value)' follow only from data of the run; give its inputs' extents with --input-shape or --dim"
    case .noInput(let name): "the network has no input named '\(name)'"
    case .inputNotSet(let name): "input '\(name)' has no value; give it with --input \(name)=FILE.npy"
    case .inputType(let name, let expected, let found):
      "input '\(name)' is \(Self.words(expected)), and the value given is \(Self.words(found))"
    case .noOutput(let name): "the network has no output named '\(name)'"
    case .memoryLimit(let bytes, let limit): "the activations take \(bytes) bytes, and the limit is \(limit)"
    case .outOfMemory(let bytes): "the system has no memory for \(bytes) bytes"
    }
  }

  private static func words(_ type: TensorType) -> String {
    let extents = type.shape?.dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: ",") ?? "..."
    return "\(type.element.name)[\(extents)]"
  }
}
