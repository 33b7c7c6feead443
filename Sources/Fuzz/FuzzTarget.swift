internal import Analysis
internal import Commands
internal import Formats
internal import Network
internal import Reporting

/// What a run of the fuzzer feeds with bytes. Each answers or throws; a trap, an over-read, two seconds or half a
/// gigabyte are findings.
enum FuzzTarget: String, CaseIterable {
  /// The binary reader of ONNX.
  case onnx
  /// The reader of ONNX text.
  case text
  /// Whatever can be read, inferred, counted and rendered.
  case analysis
  /// The test data of ONNX; the first byte says what it is read as.
  case tensor
  case numpy

  func feed(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .onnx: read(bytes, as: ONNX.self)
    case .text: read(bytes, as: ONNXText.self)
    case .analysis: analyze(bytes)
    case .tensor: readTestData(bytes)
    case .numpy: _ = try? NumpyFile.read(bytes)
    }
  }

  private func read(_ bytes: UnsafeRawBufferPointer, as format: any Format.Type) {
    guard let file = try? MappedFile(path: InputFile.write(bytes)),
      let network = try? format.read(file, options: ReadOptions())
    else { return }
    _ = ONNXTextPrinter.text(of: network)
  }

  private func analyze(_ bytes: UnsafeRawBufferPointer) {
    guard let network = try? NetworkReader.read(path: InputFile.write(bytes)),
      let analysis = try? Analyzer.analyze(network)
    else { return }
    let subject = Subject(analysis: analysis)
    _ = JSONRenderer().render(subject)
    _ = HTMLRenderer().render(Report(subject))
  }

  private func readTestData(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return }
    let kinds: [TestData.Kind] = [.tensor, .sequence, .optional, .map]
    let path = InputFile.write(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
    _ = try? TestData.read(path: path, as: kinds[Int(first) % kinds.count])
  }
}
