internal import Formats

/// `assay print NETWORK`: the network as ONNX text.
enum PrintCommand: Command {
  static let description = CommandDescription(
    "print", summary: "Print the network as ONNX text", operands: .network,
    options: [LimitOptions.limit, OutputOptions.output],
    examples: ["assay print Fixtures/alexnet.onnx | head -20"])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    let network = try NetworkLoading.read(arguments.operands[0], arguments)
    try OutputOptions.write(ONNXTextPrinter.text(of: network), arguments, streams)
    return .done
  }
}
