import Analysis
import Formats
import Network
import TestSupport

/// A network in ONNX's text form.
func network(_ text: String) throws -> Network {
  let folder = try TemporaryFolder()
  let path = try folder.write(Array(text.utf8), to: "network.onnxtxt")
  return try withExtendedLifetime(folder) { try NetworkReader.read(path: path) }
}

/// The same with the types of its values.
func inferred(_ text: String) throws -> InferredGraph { try ShapeInference.infer(network(text)) }
