internal import Analysis
internal import Execution
internal import Kernels
internal import Network
internal import Operators

/// `assay run NETWORK`: one inference on arrays from files.
enum RunCommand: Command {
  static let input = Option(
    "--input", value: "NAME=FILE.npy", isRepeatable: true, help: "Array for an input; every input needs one")
  static let folder = Option(
    "--output-dir", value: "DIR", help: "Folder in which each output becomes NAME.npy")

  static let description = CommandDescription(
    "run", summary: "Run one inference on numpy arrays", operands: .network,
    options: [
      input, folder, ProfileArguments.threads, NetworkOptions.dimension, LimitOptions.limit,
      OutputOptions.quiet,
    ],
    examples: ["assay run Fixtures/resnet50.onnx --input input=image.npy --output-dir out"])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    let (files, threads, limits) = try options(arguments)
    let network = try NetworkLoading.read(arguments.operands[0], arguments)
    var inputs: [String: RuntimeValue] = [:]
    for (name, path) in files { inputs[name] = .tensor(try array(path)) }
    let inference = try InferenceRunning.run(
      network, inputs, try NetworkLoading.options(arguments, takesBatch: false), threads: threads,
      memoryLimit: limits.memoryBytes)
    if inference.usesSyntheticWeights, !arguments.has(OutputOptions.quiet.name) {
      streams.error.write(
        "assay: weights are not there; made-up ones were used, so the outputs mean nothing\n")
    }
    try write(inference, arguments, streams)
    return .done
  }

  private static func options(
    _ arguments: Arguments
  ) throws(Failure) -> (files: [(name: String, value: String)], threads: Int, limits: LimitOptions) {
    do throws(UsageError) {
      let files = try arguments.pairs(input.name)
      let names = files.map(\.name)
      for (index, name) in names.enumerated() where names[..<index].contains(name) {
        throw .repeated(option: "\(input.name) \(name)")
      }
      return (
        files, try arguments.integer(ProfileArguments.threads.name, in: 1...1024) ?? 1,
        try LimitOptions(arguments)
      )
    } catch {
      throw Failure(error)
    }
  }

  private static func array(_ path: String) throws(Failure) -> DenseTensor {
    let file: MappedFile
    do throws(MappedFile.Failure) {
      file = try MappedFile(path: path)
    } catch {
      throw Failure(.cannotRun, "the array '\(path)' cannot be opened")
    }
    do throws(NumpyFile.Failure) {
      return try NumpyFile.read(file.bytes)
    } catch {
      throw Failure(.cannotRun, "'\(path)' is no array that can be read: \(error.message)")
    }
  }

  private static func write(
    _ inference: Inference, _ arguments: Arguments, _ streams: Streams
  ) throws(Failure) {
    var files: [(path: String, bytes: [UInt8])] = []
    let names = FileNames.distinct(inference.outputs.map(\.name))
    for (output, fileName) in zip(inference.outputs, names) {
      guard let tensor = output.value.tensor else {
        throw Failure(.cannotRun, "output '\(output.name)' is no numeric tensor and has no array file")
      }
      let extents = tensor.dimensions.map(String.init).joined(separator: ",")
      streams.output.write("\(fileName)  \(tensor.element.name)[\(extents)]\n")
      if let folder = arguments.string(folder.name) {
        files.append(("\(folder)/\(fileName).npy", NumpyFile.write(tensor)))
      }
    }
    if let folder = arguments.string(folder.name) {
      try AtomicFile.makeFolder(folder)
      try AtomicFile.writeAll(files)
    }
  }
}

/// Names from a network as names of files in a folder.
enum FileNames {
  /// Letters, digits, `.`, `_` and `-` stay, everything else becomes `_`, so that no name leaves the folder; names that would
  /// clash get a number.
  static func distinct(_ names: [String]) -> [String] {
    var taken: Set<String> = []
    return names.map { name in
      let safe = String(
        name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
      let base = safe.allSatisfy({ $0 == "." }) ? "_" + safe : safe
      var candidate = base
      var number = 2
      while !taken.insert(candidate).inserted {
        candidate = "\(base)_\(number)"
        number += 1
      }
      return candidate
    }
  }
}
