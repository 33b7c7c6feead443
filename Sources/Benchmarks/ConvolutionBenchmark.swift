import Kernels

/// Times the convolutions of ResNet-50 and MobileNetV2 one by one, on one thread, against the measured peak.
///
/// Arithmetic is counted as in the definition, so Winograd may exceed the peak. With `isCold` the second-level cache
/// is emptied before each run, as the layers of a network do to each other.
struct ConvolutionBenchmark {
  var instructionSet: InstructionSet
  var isCold: Bool
  var arithmetic = ConvolutionArithmetic.fastest
  var batch = 1

  struct Layer {
    var name: String
    var inputChannels: Int
    var outputChannels: Int
    var size: Int
    var kernel: Int
    var stride = 1
    var isDepthwise = false
    var adds = false
    var isPlanar = false
    var times = 1
  }

  static let resNet50: [Layer] = [
    Layer(
      name: "conv1", inputChannels: 3, outputChannels: 64, size: 224, kernel: 7, stride: 2, isPlanar: true),
    Layer(name: "1x1", inputChannels: 64, outputChannels: 64, size: 56, kernel: 1),
    Layer(name: "3x3", inputChannels: 64, outputChannels: 64, size: 56, kernel: 3, times: 3),
    Layer(name: "1x1", inputChannels: 64, outputChannels: 256, size: 56, kernel: 1),
    Layer(name: "1x1", inputChannels: 64, outputChannels: 256, size: 56, kernel: 1, adds: true, times: 3),
    Layer(name: "1x1", inputChannels: 256, outputChannels: 64, size: 56, kernel: 1, times: 2),
    Layer(name: "1x1", inputChannels: 256, outputChannels: 128, size: 56, kernel: 1),
    Layer(name: "3x3", inputChannels: 128, outputChannels: 128, size: 56, kernel: 3, stride: 2),
    Layer(name: "1x1", inputChannels: 256, outputChannels: 512, size: 56, kernel: 1, stride: 2),
    Layer(name: "1x1", inputChannels: 128, outputChannels: 512, size: 28, kernel: 1, adds: true, times: 4),
    Layer(name: "1x1", inputChannels: 512, outputChannels: 128, size: 28, kernel: 1, times: 3),
    Layer(name: "3x3", inputChannels: 128, outputChannels: 128, size: 28, kernel: 3, times: 3),
    Layer(name: "1x1", inputChannels: 512, outputChannels: 256, size: 28, kernel: 1),
    Layer(name: "3x3", inputChannels: 256, outputChannels: 256, size: 28, kernel: 3, stride: 2),
    Layer(name: "1x1", inputChannels: 512, outputChannels: 1024, size: 28, kernel: 1, stride: 2),
    Layer(name: "1x1", inputChannels: 256, outputChannels: 1024, size: 14, kernel: 1, adds: true, times: 6),
    Layer(name: "1x1", inputChannels: 1024, outputChannels: 256, size: 14, kernel: 1, times: 5),
    Layer(name: "3x3", inputChannels: 256, outputChannels: 256, size: 14, kernel: 3, times: 5),
    Layer(name: "1x1", inputChannels: 1024, outputChannels: 512, size: 14, kernel: 1),
    Layer(name: "3x3", inputChannels: 512, outputChannels: 512, size: 14, kernel: 3, stride: 2),
    Layer(name: "1x1", inputChannels: 1024, outputChannels: 2048, size: 14, kernel: 1, stride: 2),
    Layer(name: "1x1", inputChannels: 512, outputChannels: 2048, size: 7, kernel: 1, adds: true, times: 3),
    Layer(name: "1x1", inputChannels: 2048, outputChannels: 512, size: 7, kernel: 1, times: 2),
    Layer(name: "3x3", inputChannels: 512, outputChannels: 512, size: 7, kernel: 3, times: 2),
  ]

  static let mobileNetV2: [Layer] = [
    Layer(
      name: "conv1", inputChannels: 3, outputChannels: 32, size: 224, kernel: 3, stride: 2, isPlanar: true),
    Layer(name: "dw", inputChannels: 32, outputChannels: 32, size: 112, kernel: 3, isDepthwise: true),
    Layer(name: "1x1", inputChannels: 32, outputChannels: 16, size: 112, kernel: 1),
    Layer(name: "1x1", inputChannels: 16, outputChannels: 96, size: 112, kernel: 1),
    Layer(
      name: "dw", inputChannels: 96, outputChannels: 96, size: 112, kernel: 3, stride: 2, isDepthwise: true),
    Layer(name: "1x1", inputChannels: 96, outputChannels: 24, size: 56, kernel: 1),
    Layer(name: "1x1", inputChannels: 24, outputChannels: 144, size: 56, kernel: 1, times: 2),
    Layer(name: "dw", inputChannels: 144, outputChannels: 144, size: 56, kernel: 3, isDepthwise: true),
    Layer(name: "1x1", inputChannels: 144, outputChannels: 24, size: 56, kernel: 1, adds: true),
    Layer(
      name: "dw", inputChannels: 144, outputChannels: 144, size: 56, kernel: 3, stride: 2, isDepthwise: true),
    Layer(name: "1x1", inputChannels: 144, outputChannels: 32, size: 28, kernel: 1),
    Layer(name: "1x1", inputChannels: 32, outputChannels: 192, size: 28, kernel: 1, times: 3),
    Layer(
      name: "dw", inputChannels: 192, outputChannels: 192, size: 28, kernel: 3, isDepthwise: true, times: 2),
    Layer(name: "1x1", inputChannels: 192, outputChannels: 32, size: 28, kernel: 1, adds: true, times: 2),
    Layer(
      name: "dw", inputChannels: 192, outputChannels: 192, size: 28, kernel: 3, stride: 2, isDepthwise: true),
    Layer(name: "1x1", inputChannels: 192, outputChannels: 64, size: 14, kernel: 1),
    Layer(name: "1x1", inputChannels: 64, outputChannels: 384, size: 14, kernel: 1, times: 4),
    Layer(
      name: "dw", inputChannels: 384, outputChannels: 384, size: 14, kernel: 3, isDepthwise: true, times: 4),
    Layer(name: "1x1", inputChannels: 384, outputChannels: 64, size: 14, kernel: 1, adds: true, times: 3),
    Layer(name: "1x1", inputChannels: 384, outputChannels: 96, size: 14, kernel: 1),
    Layer(name: "1x1", inputChannels: 96, outputChannels: 576, size: 14, kernel: 1, times: 3),
    Layer(
      name: "dw", inputChannels: 576, outputChannels: 576, size: 14, kernel: 3, isDepthwise: true, times: 2),
    Layer(name: "1x1", inputChannels: 576, outputChannels: 96, size: 14, kernel: 1, adds: true, times: 2),
    Layer(
      name: "dw", inputChannels: 576, outputChannels: 576, size: 14, kernel: 3, stride: 2, isDepthwise: true),
    Layer(name: "1x1", inputChannels: 576, outputChannels: 160, size: 7, kernel: 1),
    Layer(name: "1x1", inputChannels: 160, outputChannels: 960, size: 7, kernel: 1, times: 3),
    Layer(
      name: "dw", inputChannels: 960, outputChannels: 960, size: 7, kernel: 3, isDepthwise: true, times: 3),
    Layer(name: "1x1", inputChannels: 960, outputChannels: 160, size: 7, kernel: 1, adds: true, times: 2),
    Layer(name: "1x1", inputChannels: 960, outputChannels: 320, size: 7, kernel: 1),
    Layer(name: "1x1", inputChannels: 320, outputChannels: 1280, size: 7, kernel: 1),
  ]

  func run(matching filter: String) throws {
    let measured = try MachinePeak.measure(instructionSets: [instructionSet])
    guard let peak = measured.gigaflops(instructionSet) else {
      print("\(instructionSet.rawValue) is not available here")
      return
    }
    print("peak \(rounded(peak, 0)) GFLOP/s (\(instructionSet.rawValue)), \(isCold ? "cold" : "hot")")
    for (network, layers) in [("resnet50", Self.resNet50), ("mobilenet_v2", Self.mobileNetV2)] {
      var total = 0.0
      var work = 0.0
      for layer in layers {
        let label =
          "\(network) \(layer.name) \(layer.inputChannels)->\(layer.outputChannels) @\(layer.size)"
          + (layer.stride > 1 ? "/\(layer.stride)" : "") + (layer.adds ? " +res" : "")
        guard filter.isEmpty || label.contains(filter) else { continue }
        guard let (kernel, seconds, multiplyAccumulates) = time(layer) else { continue }
        total += seconds * Double(layer.times)
        work += multiplyAccumulates * Double(layer.times)
        print(
          pad(label, 44), pad(kernel.choice.kernel, 34), pad("\(layer.times) x", 4),
          pad("\(rounded(seconds * 1e3, 3)) ms", 11),
          pad("\(rounded(multiplyAccumulates * 2e-9 / seconds, 0))", 7),
          "\(rounded(multiplyAccumulates * 2e-9 / seconds / peak * 100, 0)) %")
      }
      if total > 0 {
        let share = work * 2e-9 / total / peak
        print("\(network): \(rounded(total * 1e3, 2)) ms, \(rounded(share * 100, 1)) % of peak")
      }
    }
  }

  private func time(_ layer: Layer) -> (any PreparedKernel, Double, Double)? {
    typealias Size = ConvolutionParameters.Size
    guard
      let parameters = try? ConvolutionParameters(
        batch: batch, inputChannels: layer.inputChannels, outputChannels: layer.outputChannels,
        groups: layer.isDepthwise ? layer.inputChannels : 1, input: Size(layer.size, layer.size),
        kernel: Size(layer.kernel, layer.kernel), stride: Size(layer.stride, layer.stride),
        padding: .init(layer.kernel / 2))
    else { return nil }
    let input = BlockedLayout(parameters, halo: parameters.halo)
    let output = BlockedLayout(
      batch: batch, channels: layer.outputChannels, height: parameters.output.height,
      width: parameters.output.width,
      halo: layer.kernel == 1 && layer.size > 7 && !layer.adds ? 1 : 0)
    let weights = [Float](
      repeating: 0.01,
      count: layer.outputChannels * layer.inputChannels / parameters.groups * layer.kernel * layer.kernel)
    guard
      let kernel = try? ConvolutionKernel.prepare(
        parameters, input: layer.isPlanar ? .planar : .blocked(input), output: output, weights: weights,
        bias: nil, activation: .relu, residual: layer.adds, arithmetic: arithmetic,
        instructionSet: instructionSet)
    else { return nil }
    let seconds = bestTime(of: kernel, inputBytes: input.byteCount, outputBytes: output.byteCount)
    return (kernel, seconds, parameters.multiplyAccumulates)
  }

  private func bestTime(of kernel: any PreparedKernel, inputBytes: Int, outputBytes: Int) -> Double {
    let x = zeros(inputBytes)
    let y = zeros(outputBytes)
    let scratch = zeros(kernel.scratchBytesPerThread)
    let shared = zeros(kernel.sharedScratchBytes)
    let evicting = zeros(16 << 20)
    defer { for buffer in [x, y, scratch, shared, evicting] { buffer.deallocate() } }
    let inputs = [UnsafeRawPointer(x), UnsafeRawPointer(y)]
    let outputs = [y]
    var best = Double.infinity
    inputs.withUnsafeBufferPointer { inputs in
      outputs.withUnsafeBufferPointer { outputs in
        guard let inputs = inputs.baseAddress, let outputs = outputs.baseAddress else { return }
        let end = ContinuousClock.now + .milliseconds(250)
        while ContinuousClock.now < end {
          if isCold { evict(evicting, 16 << 20) }
          let start = ContinuousClock.now
          for phase in 0..<kernel.phases {
            kernel.run(
              KernelCall(
                inputs: inputs, outputs: outputs, scratch: scratch, sharedScratch: shared, phase: phase))
          }
          let time = (ContinuousClock.now - start).components
          best = min(best, Double(time.seconds) + Double(time.attoseconds) * 1e-18)
        }
      }
    }
    return best
  }

  func zeros(_ bytes: Int) -> UnsafeMutableRawPointer {
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: bytes + 4096, alignment: 64)
    buffer.initializeMemory(as: UInt8.self, repeating: 0, count: bytes + 4096)
    return buffer
  }

  func evict(_ buffer: UnsafeMutableRawPointer, _ bytes: Int) {
    for offset in stride(from: 0, to: bytes, by: 64) {
      let value = buffer.load(fromByteOffset: offset, as: UInt8.self)
      buffer.storeBytes(of: value &+ 1, toByteOffset: offset, as: UInt8.self)
    }
  }

  func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  func rounded(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let number = Int(value * scale + 0.5)
    return digits == 0 ? "\(number)" : "\(Double(number) / scale)"
  }
}
