import Kernels

/// MobileNetV2's blocks by rows beside the same three convolutions one after the other, run in turns.
extension ConvolutionBenchmark {
  private struct Block {
    var input: Int
    var wide: Int
    var output: Int
    var size: Int
    var stride = 1
    var times = 1
    var expands: Bool { input != wide }
    var adds: Bool { stride == 1 && input == output }
  }

  func runInvertedResiduals() {
    let blocks = [
      Block(input: 32, wide: 32, output: 16, size: 112),
      Block(input: 16, wide: 96, output: 24, size: 112, stride: 2),
      Block(input: 24, wide: 144, output: 24, size: 56),
      Block(input: 24, wide: 144, output: 32, size: 56, stride: 2),
      Block(input: 32, wide: 192, output: 32, size: 28, times: 2),
      Block(input: 32, wide: 192, output: 64, size: 28, stride: 2),
      Block(input: 64, wide: 384, output: 64, size: 14, times: 3),
      Block(input: 96, wide: 576, output: 96, size: 14, times: 2),
      Block(input: 160, wide: 960, output: 160, size: 7, times: 2),
    ]
    for block in blocks {
      guard let times = try? time(block) else { continue }
      print(
        pad("\(block.input)-\(block.wide)-\(block.output) @\(block.size)/\(block.stride)", 24),
        pad("separate \(rounded(times.separate * 1e3, 3)) ms", 20),
        "by rows \(rounded(times.fused * 1e3, 3)) ms")
    }
  }

  private func time(_ block: Block) throws(ConvolutionError) -> (separate: Double, fused: Double) {
    typealias Size = ConvolutionParameters.Size
    let size = Size(block.size, block.size)
    let first = try ConvolutionParameters(
      batch: batch, inputChannels: block.input, outputChannels: block.wide, input: size, kernel: Size(1, 1))
    let window = try ConvolutionParameters(
      batch: batch, inputChannels: block.wide, outputChannels: block.wide, groups: block.wide, input: size,
      kernel: Size(3, 3), stride: Size(block.stride, block.stride), padding: .init(1))
    let last = try ConvolutionParameters(
      batch: batch, inputChannels: block.wide, outputChannels: block.output, input: window.output,
      kernel: Size(1, 1))
    let weights = zeros(block.wide * 4 * max(block.input, block.output, 9))
    defer { weights.deallocate() }
    let w = UnsafePointer(weights.assumingMemoryBound(to: Float.self))
    let input = BlockedLayout(first, halo: block.expands ? 0 : 1)
    let wide = BlockedLayout(window, halo: 1)
    let narrow = BlockedLayout(last, halo: 0)
    let output = BlockedLayout(
      batch: batch, channels: block.output, height: window.output.height, width: window.output.width)
    let relu6 = FusedActivation.clamp(0, 6)
    let expand = try ConvolutionKernel.prepare(
      first, input: .blocked(input), output: wide, weights: w, bias: nil, activation: relu6,
      instructionSet: instructionSet)
    let depthwise = try ConvolutionKernel.prepare(
      window, input: .blocked(block.expands ? wide : input), output: narrow, weights: w, bias: nil,
      activation: relu6, instructionSet: instructionSet)
    let project = try ConvolutionKernel.prepare(
      last, input: .blocked(narrow), output: output, weights: w, bias: nil, residual: block.adds,
      instructionSet: instructionSet)
    let fused = try InvertedResidual(
      expand: block.expands ? .init(first, weights: w, bias: nil, activation: relu6) : nil,
      depthwise: .init(window, weights: w, bias: nil, activation: relu6),
      project: .init(last, weights: w, bias: nil, activation: .none), input: .blocked(input), output: output,
      residual: block.adds, instructionSet: instructionSet)
    let buffers =
      [input, wide, narrow, output].map { zeros($0.byteCount) } + [zeros(fused.scratchBytesPerThread)]
    let evicting = zeros(4 << 20)
    defer { for buffer in buffers + [evicting] { buffer.deallocate() } }
    var best = (separate: Double.infinity, fused: Double.infinity)
    for _ in 0..<100 {
      if isCold { evict(evicting, 4 << 20) }
      let start = ContinuousClock.now
      if block.expands { run(expand, [buffers[0]], buffers[1], buffers[4]) }
      run(depthwise, [block.expands ? buffers[1] : buffers[0]], buffers[2], buffers[4])
      run(project, [buffers[2], buffers[0]], buffers[3], buffers[4])
      let middle = ContinuousClock.now
      if isCold { evict(evicting, 4 << 20) }
      let second = ContinuousClock.now
      run(fused, [buffers[0], buffers[0]], buffers[3], buffers[4])
      best.separate = min(best.separate, seconds(middle - start))
      best.fused = min(best.fused, seconds(ContinuousClock.now - second))
    }
    return best
  }

  private func run(
    _ kernel: any PreparedKernel, _ inputs: [UnsafeMutableRawPointer], _ output: UnsafeMutableRawPointer,
    _ scratch: UnsafeMutableRawPointer
  ) {
    let sources = inputs.map { UnsafeRawPointer($0) }
    for phase in 0..<kernel.phases {
      kernel.run(
        KernelCall(inputs: sources, outputs: [output], scratch: scratch, sharedScratch: scratch, phase: phase)
      )
    }
  }

  private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
