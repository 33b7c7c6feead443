import Commands
import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that are cut or changed are analyzed to the end or refused with one line; nothing else may happen. A trap would end
/// the whole test run.
@Suite struct HostileFileTests {
  private func expectAnswer(_ bytes: [UInt8], in folder: TemporaryFolder, _ what: String) throws {
    let path = try folder.write(bytes, to: "network.onnx")
    let output = try folder.write([], to: "output")
    let error = try folder.write([], to: "error")
    let outputHandle = try #require(FileHandle(forWritingAtPath: output))
    let errorHandle = try #require(FileHandle(forWritingAtPath: error))
    let status = runAssay(
      ["analyze", path],
      Streams(
        output: Stream(descriptor: outputHandle.fileDescriptor),
        error: Stream(descriptor: errorHandle.fileDescriptor)))
    try outputHandle.close()
    try errorHandle.close()
    #expect(status == .done || status == .unreadable, "\(what): \(status)")
    let lines = try contents(of: error).filter { $0 == UInt8(ascii: "\n") }.count
    #expect(lines == (status == .done ? 0 : 1), "\(what): \(lines) lines")
  }

  private static let networks = ["alexnet_lecture.onnx", "sine_float.tflite"]

  @Test(arguments: networks)
  func `Every truncation of a small network is refused`(name: String) throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let network = try contents(of: Fixture.path(name))
    for length in 0..<network.count {
      try expectAnswer(Array(network.prefix(length)), in: folder, "\(length) bytes")
    }
  }

  @Test(arguments: networks)
  func `Every changed byte of a small network is borne`(name: String) throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let network = try contents(of: Fixture.path(name))
    for index in network.indices {
      for value in [~network[index], network[index] &+ 1] {
        var changed = network
        changed[index] = value
        try expectAnswer(changed, in: folder, "byte \(index) as \(value)")
      }
    }
  }

  /// Of this thread, which other tests do not lengthen.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// How the names of files end that `analyze` reads.
  private static let analyzed = [".onnx", ".onnxtxt", ".tflite", ".safetensors", ".index.json", ".gguf"]

  private static func files(endingIn endings: [String]) -> [String] {
    ["hostile", "seeds"].flatMap { folder in
      endings.flatMap { Fixture.names(in: folder, endingIn: $0).map { "\(folder)/\($0)" } }
    }
  }

  /// What the fuzzers found and begin with, and what is known to have felled others: answered within the two seconds that the
  /// fuzzers allow.
  @Test(arguments: files(endingIn: analyzed))
  func `A hostile file is answered`(name: String) throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let bytes = try contents(of: Fixture.path(name))
    let start = Self.processorSeconds
    try expectAnswer(bytes, in: folder, name)
    #expect(Self.processorSeconds - start < 2)
  }

  /// The same of the files that stand beside networks: taken, or refused with a line that names the file.
  @Test(arguments: files(endingIn: [".budget.json", ".baseline.json", ".history.jsonl"]))
  func `A hostile file of a check is answered`(name: String) throws {
    let path = Fixture.path(name)
    let network = Fixture.path("operators/conv_basic.onnxtxt")
    let command =
      if name.hasSuffix(".budget.json") {
        [
          "check", network, "--budget", path, "--baseline",
          Fixture.path("seeds/three_networks.baseline.json"),
        ]
      } else if name.hasSuffix(".baseline.json") {
        ["check", network, "--baseline", path]
      } else {
        ["history", path]
      }
    let start = Self.processorSeconds
    let outcome = try assay(command)
    #expect(Self.processorSeconds - start < 2)
    if outcome.error.isEmpty {
      #expect(!outcome.output.isEmpty)
    } else {
      let lines = outcome.error.filter { $0 == "\n" }.count
      #expect(outcome.status != .done && outcome.error.contains(path) && lines == 1, "\(outcome.error)")
    }
  }

  @Test(arguments: files(endingIn: [".npy"]))
  func `A hostile array is answered`(name: String) throws {
    let bytes = try contents(of: Fixture.path(name))
    let start = Self.processorSeconds
    bytes.withUnsafeBytes { _ = try? NumpyFile.read($0) }
    #expect(Self.processorSeconds - start < 2)
  }
}
