import Formats
import Network
import TestSupport

/// Reads bytes as if they were a file of their own.
func read(_ bytes: [UInt8], limits: Limits = Limits()) throws -> Network {
  let folder = try TemporaryFolder()
  return try NetworkReader.read(path: folder.write(bytes, to: "model.onnx"), limits: limits)
}

func read(_ model: ProtobufEncoder, limits: Limits = Limits()) throws -> Network {
  try read(model.bytes, limits: limits)
}

func read(text: String, limits: Limits = Limits()) throws -> Network {
  try read(Array(text.utf8), limits: limits)
}

/// The problem that reading meets; nil if it meets none.
func problem(_ body: () throws -> Network) throws -> FormatError.Problem? {
  do {
    _ = try body()
    return nil
  } catch let error as FormatError {
    return error.problem
  }
}

func problem(_ model: ProtobufEncoder, limits: Limits = Limits()) throws -> FormatError.Problem? {
  try problem { try read(model, limits: limits) }
}

extension Graph {
  /// Whether every id is in range, every node comes after those it reads from, and values and nodes agree.
  var isConsistent: Bool {
    let values = self.values.indices
    guard (inputs + outputs).allSatisfy({ values.contains($0.index) }) else { return false }
    for (index, node) in nodes.enumerated() {
      for case let input? in node.inputs {
        guard values.contains(input.index) else { return false }
        if let producer = self[input].producer, producer.index >= index { return false }
      }
      for (position, output) in node.outputs.enumerated() {
        guard let output else { continue }
        guard values.contains(output.index), case .node(NodeID(index), position) = self[output].origin else {
          return false
        }
      }
      for attribute in node.attributes {
        if case .graph(let inner) = attribute.value, !inner.isConsistent { return false }
      }
    }
    return true
  }
}
