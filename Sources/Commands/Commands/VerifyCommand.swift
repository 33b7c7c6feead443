internal import Analysis
internal import Execution
internal import Formats
internal import Kernels
internal import Network
internal import Operators

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `assay verify NETWORK DIR`: one inference on stored inputs, held against stored outputs.
enum VerifyCommand: Command {
  static let description = CommandDescription(
    "verify", summary: "Compare a network's outputs with stored ones (input_N.pb, output_N.pb)",
    operands: .init("NETWORK DIR", count: 2...2),
    options: [ProfileArguments.threads, NetworkOptions.dimension, LimitOptions.limit, OutputOptions.quiet],
    examples: ["assay verify model.onnx test_data_set_0"])

  /// 1 if an output differs: what is stored is a baseline.
  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    let network = try NetworkLoading.read(arguments.operands[0], arguments)
    let folder = arguments.operands[1]
    let graph = network.graph
    var inputs: [String: RuntimeValue] = [:]
    for (index, id) in graph.inputs.enumerated() {
      let path = "\(folder)/input_\(index).pb"
      guard access(path, R_OK) == 0 else { break }
      inputs[graph[id].name] = try value(path, graph[id].declared)
    }
    let threads: Int
    let limits: LimitOptions
    do throws(UsageError) {
      limits = try LimitOptions(arguments)
      threads = try arguments.integer(ProfileArguments.threads.name, in: 1...1024) ?? 1
    } catch {
      throw Failure(error)
    }
    let inference = try InferenceRunning.run(
      network, inputs, try NetworkLoading.options(arguments, takesBatch: false), threads: threads,
      memoryLimit: limits.memoryBytes)
    var differences = 0
    var compared = 0
    for (index, output) in inference.outputs.enumerated() {
      let path = "\(folder)/output_\(index).pb"
      guard access(path, R_OK) == 0 else { continue }
      compared += 1
      let expected = try value(path, graph[graph.outputs[index]].declared)
      guard let difference = ValueComparison.difference(output.value, expected) else { continue }
      differences += 1
      streams.output.write("\(TerminalText.visible(output.name)): \(difference)\n")
    }
    guard compared > 0 else {
      throw Failure(.cannotRun, "\(folder): there is no output_0.pb to compare with")
    }
    if differences > 0 { return .exceeded }
    if !arguments.has(OutputOptions.quiet.name) {
      streams.output.write(
        "\(compared) of \(compared) outputs agree (relative \(ValueComparison.relative), absolute \(ValueComparison.absolute))\n"
      )
    }
    return .done
  }

  private static func value(_ path: String, _ declared: DeclaredType?) throws(Failure) -> RuntimeValue {
    let stored: StoredValue
    do throws(FormatError) {
      stored = try TestData.read(path: path, as: declared.map { TestData.Kind($0) } ?? .tensor).value
    } catch {
      throw Failure(.unreadable, error.message)
    }
    do throws(OperatorError) {
      return try runtimeValue(stored)
    } catch {
      throw Failure(.unreadable, "\(path): \(error.message)")
    }
  }

  private static func runtimeValue(_ stored: StoredValue) throws(OperatorError) -> RuntimeValue {
    switch stored {
    case .tensor(let tensor): return try RuntimeValue(tensor)
    case .sequence(let elements):
      var values: [RuntimeValue] = []
      for element in elements { values.append(try runtimeValue(element)) }
      return .sequence(values)
    case .optional(let content):
      guard let content else { return .optional(nil) }
      return .optional(try runtimeValue(content))
    case .map(let keys, let values):
      return .map(try RuntimeMap(keys: try RuntimeValue(keys), values: try vector(values)))
    }
  }

  /// The values of a map, each a single number or string.
  private static func vector(_ stored: [StoredValue]) throws(OperatorError) -> RuntimeValue {
    var values: [RuntimeValue] = []
    for value in stored { values.append(try runtimeValue(value)) }
    return try RuntimeValue(joining: values)
  }
}
