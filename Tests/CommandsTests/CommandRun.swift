import Commands
import Foundation
import TestSupport
import Testing

/// What a command printed and ended with.
struct Outcome {
  var status: Commands.ExitStatus
  var output: String
  var error: String
}

/// Runs `assay` with `words`, its streams going to files.
func assay(_ words: [String]) throws -> Outcome {
  let folder = try TemporaryFolder()
  defer { withExtendedLifetime(folder) {} }
  let output = folder.path + "/output"
  let error = folder.path + "/error"
  #expect(FileManager.default.createFile(atPath: output, contents: nil))
  #expect(FileManager.default.createFile(atPath: error, contents: nil))
  let outputHandle = try #require(FileHandle(forWritingAtPath: output))
  let errorHandle = try #require(FileHandle(forWritingAtPath: error))
  let status = runAssay(
    words,
    Streams(
      output: Stream(descriptor: outputHandle.fileDescriptor),
      error: Stream(descriptor: errorHandle.fileDescriptor)))
  try outputHandle.close()
  try errorHandle.close()
  return Outcome(
    status: status, output: try String(contentsOfFile: output, encoding: .utf8),
    error: try String(contentsOfFile: error, encoding: .utf8))
}
