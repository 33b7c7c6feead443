/// What a run of the fuzzer feeds with bytes. Each answers or throws; a trap, an over-read, two seconds or half a
/// gigabyte are findings. This is the one list of targets: `Tests/Scripts/fuzz.sh` asks the fuzzer for it.
enum FuzzTarget: String, CaseIterable {
  /// The binary reader of ONNX.
  case onnx
  /// The reader of ONNX text.
  case text
  /// The reader of TFLite, and the analysis of what it reads.
  case tflite
  case safetensors
  /// The index of sharded safetensors; one shard lies beside it.
  case index
  case gguf
  /// Whatever network can be read, inferred, counted and rendered.
  case analysis
  /// The test data of ONNX; the first byte says what it is read as.
  case tensor
  case numpy
  /// A budget, and a check held against it.
  case budget
  /// A baseline, and the comparison of the networks in it.
  case baseline
  /// A history and its trends.
  case history

  /// How the names of files end that a run begins with.
  var seedEndings: [String] {
    switch self {
    case .onnx: [".onnx"]
    case .text: [".onnxtxt"]
    case .tflite: [".tflite"]
    case .safetensors: [".safetensors"]
    case .index: [".index.json"]
    case .gguf: [".gguf"]
    case .analysis: [".onnx", ".onnxtxt"]
    case .tensor: [".pb"]
    case .numpy: [".npy"]
    case .budget: [".budget.json"]
    case .baseline: [".baseline.json"]
    case .history: [".history.jsonl"]
    }
  }

  func feed(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .onnx: NetworkInput.read(bytes, as: .onnx)
    case .text: NetworkInput.read(bytes, as: .text)
    case .tflite: NetworkInput.analyze(bytes, as: .tflite)
    case .analysis: NetworkInput.analyze(bytes)
    case .safetensors: WeightInput.read(bytes, as: .safetensors)
    case .index: WeightInput.read(bytes, as: .index)
    case .gguf: WeightInput.read(bytes, as: .gguf)
    case .tensor: DataInput.readTensor(bytes)
    case .numpy: DataInput.readArray(bytes)
    case .budget: CheckInput.readBudget(Array(bytes))
    case .baseline: CheckInput.readBaseline(Array(bytes))
    case .history: CheckInput.readHistory(Array(bytes))
    }
  }
}
