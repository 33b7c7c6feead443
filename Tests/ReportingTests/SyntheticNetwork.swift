import Analysis
import Network
import Operators

/// Builds analyses of made-up networks layer by layer, by the same closed forms as `Convention` states.
struct SyntheticNetwork {
  private(set) var layers: [Layer] = []
  private(set) var shape: [Int]
  private var field = (size: 1, stride: 1, padding: 0)
  private let input: [Int]
  private let name: String

  init(_ name: String, input: [Int]) {
    self.name = name
    self.input = input
    shape = input
  }

  var channels: Int { shape[1] }

  /// A place to return to, where a branch starts.
  typealias Mark = (shape: [Int], field: (size: Int, stride: Int, padding: Int))
  var mark: Mark { (shape, field) }
  mutating func rewind(to mark: Mark) { (shape, field) = mark }

  mutating func convolution(
    _ scope: [String], to output: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
    fused: [String] = ["Relu"]
  ) {
    let before = shape
    let padding = kernel / 2
    shape = [
      before[0], output, (before[2] + 2 * padding - kernel) / stride + 1,
      (before[3] + 2 * padding - kernel) / stride + 1,
    ]
    let weights = output * (before[1] / groups) * kernel * kernel
    let macs = elements(shape) * (before[1] / groups) * kernel * kernel
    grow(kernel: kernel, stride: stride, padding: padding)
    var detail = "\(kernel)×\(kernel)" + (stride > 1 ? " / \(stride)" : "") + ", \(before[1]) → \(output)"
    if groups > 1 { detail += ", groups \(groups)" }
    append(
      scope, "Conv", fused, before: before, detail: detail, groups: groups, parameters: weights + output,
      macs: macs,
      elementwise: elements(shape) * (1 + fused.count))
  }

  mutating func pool(_ scope: [String], kernel: Int, stride: Int) {
    let before = shape
    let padding = kernel / 2
    shape[2] = (before[2] + 2 * padding - kernel) / stride + 1
    shape[3] = (before[3] + 2 * padding - kernel) / stride + 1
    grow(kernel: kernel, stride: stride, padding: padding)
    append(
      scope, "MaxPool", [], before: before, detail: "\(kernel)×\(kernel) / \(stride)",
      elementwise: elements(shape) * kernel * kernel)
  }

  mutating func globalPool(_ scope: [String]) {
    let before = shape
    shape[2] = 1
    shape[3] = 1
    append(
      scope, "GlobalAveragePool", [], before: before, detail: "", elementwise: elements(before), sees: false)
  }

  mutating func linear(_ scope: [String], to output: Int) {
    let before = shape
    let inner = elements(shape) / shape[0]
    shape = [before[0], output]
    append(
      scope, "Gemm", [], before: before, detail: "\(inner) → \(output)", parameters: inner * output + output,
      macs: before[0] * inner * output, elementwise: before[0] * output, sees: false)
  }

  mutating func add(_ scope: [String]) {
    append(scope, "Add", ["Relu"], before: shape, detail: "", elementwise: 2 * elements(shape), inputs: 2)
  }

  private mutating func grow(kernel: Int, stride: Int, padding: Int) {
    field.size += (kernel - 1) * field.stride
    field.padding += padding * field.stride
    field.stride *= stride
  }

  private func elements(_ shape: [Int]) -> Int { shape.reduce(1, *) }

  private mutating func append(
    _ scope: [String], _ kind: String, _ fused: [String], before: [Int], detail: String, groups: Int? = nil,
    parameters: Int = 0, macs: Int = 0, elementwise: Int, inputs: Int = 1, sees: Bool = true
  ) {
    let path = "/" + (scope + [kind]).joined(separator: "/")
    let read = (0..<inputs).map { tensor("\(path)_input_\($0)", before) }
    let live = 4 * (elements(before) * inputs + elements(shape))
    layers.append(
      Layer(
        name: path, operator: kind, operators: [kind] + fused, nodes: [NodeID(layers.count)], inputs: read,
        outputs: [tensor("\(path)_output_0", shape)], module: .names(scope), detail: detail, groups: groups,
        parameters: ParameterCounts(learnable: parameters), parameterBytes: 4 * parameters, macs: macs,
        flops: 2 * macs,
        elementwiseOperations: elementwise, operations: 2 * macs + elementwise,
        bytesMoved: live + 4 * parameters,
        activations: Extent(elements: elements(shape), bytes: 4 * elements(shape)),
        live: Extent(elements: live / 4, bytes: live),
        receptiveField: sees
          ? receptiveField
          : ReceptiveField(axes: [.init(size: nil, stride: nil, padding: nil)], isAligned: nil)))
  }

  private var receptiveField: ReceptiveField {
    let axis = ReceptiveField.Axis(size: field.size, stride: field.stride, padding: field.padding)
    return ReceptiveField(axes: [axis, axis], isAligned: true)
  }

  private func tensor(_ name: String, _ shape: [Int]) -> Layer.TensorInfo {
    .init(value: ValueID(layers.count), name: name, type: .tensor(TensorType(.float32, Shape(shape))))
  }

  func analysis(uncounted: [Completeness.Uncounted] = [], findings: [Finding] = []) -> StaticAnalysis {
    func sum(_ value: (Layer) -> Int?) -> Int { layers.reduce(0) { $0 + (value($1) ?? 0) } }
    let parameters = sum { $0.parameters.learnable }
    let peak = layers.indices.max { (layers[$0].live?.bytes ?? 0) < (layers[$1].live?.bytes ?? 0) }
    let largest = peak.map { index in
      Peak(
        extent: layers[index].live ?? .zero, layer: index,
        alive: (layers[index].inputs + layers[index].outputs).map {
          let elements = $0.type.tensor?.elementCount ?? 0
          return LiveTensor(name: $0.name, extent: Extent(elements: elements, bytes: 4 * elements))
        })
    }
    let total = sum { $0.activations?.elements } + elements(input)
    return StaticAnalysis(
      network: NetworkSummary(
        name: name, format: "ONNX", path: "\(name).onnx", fileBytes: 4 * parameters + 52_113,
        producer: "pytorch 2.9.1",
        operatorSets: ["": 17], nodeCount: layers.reduce(0) { $0 + $1.operators.count },
        inputs: [
          .init(
            name: "input", type: .tensor(TensorType(.float32, Shape(input))),
            declared: [.symbol("N")] + input.dropFirst().map { .fixed($0) })
        ],
        outputs: [.init(name: "output", type: .tensor(TensorType(.float32, Shape(shape))), declared: nil)]),
      bindings: [SymbolBinding(symbol: "N", value: input[0], isDefault: true)],
      totals: Totals(
        parameters: ParameterCounts(learnable: parameters, buffers: 0, constants: 12),
        weightBytes: 4 * parameters,
        weightBytesByType: [(.float32, parameters, 4 * parameters)], macs: sum(\.macs), integerMACs: 0,
        flops: sum(\.flops),
        elementwiseOperations: sum(\.elementwiseOperations), operations: sum(\.operations),
        bytesMoved: sum(\.bytesMoved),
        activations: ActivationTotals(
          total: Extent(elements: total, bytes: 4 * total),
          matrixOutputs: Extent(elements: total / 2, bytes: 2 * total), allTensors: nil, peakPair: largest,
          peakLiveness: largest, peakBlockInput: nil, peakArena: nil),
        receptiveField: receptiveField, completeness: Completeness(uncounted: uncounted)),
      layers: layers,
      timeline: layers.enumerated().map { MemoryStep(layer: $0, live: $1.live ?? .zero) }, findings: findings)
  }
}

extension SyntheticNetwork {
  /// ResNet-50 v1.5: 4,089,184,256 MACs as torchvision counts them.
  static func resNet50(batch: Int = 1) -> SyntheticNetwork {
    var network = SyntheticNetwork("resnet50", input: [batch, 3, 224, 224])
    network.convolution(["conv1"], to: 64, kernel: 7, stride: 2)
    network.pool(["maxpool"], kernel: 3, stride: 2)
    for (stage, (width, blocks)) in [(64, 3), (128, 4), (256, 6), (512, 3)].enumerated() {
      for block in 0..<blocks {
        let scope = ["layer\(stage + 1)", "layer\(stage + 1).\(block)"]
        let stride = block == 0 && stage > 0 ? 2 : 1
        let start = network.mark
        if block == 0 {
          network.convolution(scope + ["downsample"], to: 4 * width, kernel: 1, stride: stride, fused: [])
          network.rewind(to: start)
        }
        network.convolution(scope + ["conv1"], to: width, kernel: 1)
        network.convolution(scope + ["conv2"], to: width, kernel: 3, stride: stride)
        network.convolution(scope + ["conv3"], to: 4 * width, kernel: 1, fused: ["Add", "Relu"])
      }
    }
    network.globalPool(["avgpool"])
    network.linear(["fc"], to: 1000)
    return network
  }

  /// MobileNetV2 1.0: 300,774,272 MACs as torchvision counts them.
  static func mobileNetV2(batch: Int = 1) -> SyntheticNetwork {
    var network = SyntheticNetwork("mobilenet_v2", input: [batch, 3, 224, 224])
    network.convolution(["features", "features.0"], to: 32, kernel: 3, stride: 2, fused: ["Clip"])
    var index = 1
    for (expansion, channels, count, stride) in [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
      (6, 320, 1, 1),
    ] {
      for block in 0..<count {
        let scope = ["features", "features.\(index)"]
        let input = network.channels
        let hidden = input * expansion
        if expansion > 1 { network.convolution(scope + ["expand"], to: hidden, kernel: 1, fused: ["Clip"]) }
        network.convolution(
          scope + ["depthwise"], to: hidden, kernel: 3, stride: block == 0 ? stride : 1, groups: hidden,
          fused: ["Clip"])
        let adds = block > 0 && input == channels
        network.convolution(scope + ["project"], to: channels, kernel: 1, fused: adds ? ["Add"] : [])
        index += 1
      }
    }
    network.convolution(["features", "features.18"], to: 1280, kernel: 1, fused: ["Clip"])
    network.globalPool(["pool"])
    network.linear(["classifier", "classifier.1"], to: 1000)
    return network
  }

  /// Two layers: small enough to read a whole report on it.
  static func tiny() -> SyntheticNetwork {
    var network = SyntheticNetwork("tiny", input: [1, 3, 8, 8])
    network.convolution(["conv"], to: 4, kernel: 3)
    network.globalPool(["pool"])
    network.linear(["fc"], to: 10)
    return network
  }

  /// A chain of equal convolutions.
  static func chain(_ count: Int) -> SyntheticNetwork {
    var network = SyntheticNetwork("chain\(count)", input: [1, 8, 16, 16])
    for index in 0..<count { network.convolution(["block\(index / 10)", "conv\(index)"], to: 8, kernel: 3) }
    return network
  }
}
