import Kernels
import Testing

@Suite struct InvertedResidualTests {
  typealias Size = ConvolutionParameters.Size
  typealias Padding = ConvolutionParameters.Padding

  struct Block {
    var input: Int
    var wide: Int
    var output: Int
    var size: Size
    var kernel = 3
    var stride = 1
    var expands = true
    var batch = 1
    /// The first convolution reads planes, with this kernel; its stride is 2.
    var stem: Size?
  }

  /// Against the three convolutions done one after the other in double precision.
  @Test(arguments: [
    Block(input: 20, wide: 40, output: 20, size: Size(23, 17)),
    Block(input: 16, wide: 33, output: 24, size: Size(30, 30), stride: 2, batch: 3),
    Block(input: 8, wide: 16, output: 17, size: Size(9, 5), kernel: 5, stride: 2),
    Block(input: 12, wide: 12, output: 40, size: Size(21, 14), expands: false, batch: 2),
    Block(input: 24, wide: 48, output: 24, size: Size(3, 8), kernel: 5),
    Block(input: 16, wide: 96, output: 16, size: Size(1, 1)),
    Block(input: 16, wide: 1600, output: 16, size: Size(13, 30)),
    Block(input: 3, wide: 32, output: 16, size: Size(61, 45), batch: 2, stem: Size(3, 3)),
    Block(input: 1, wide: 20, output: 40, size: Size(40, 33), kernel: 5, stride: 2, stem: Size(5, 2)),
    Block(input: 8, wide: 16, output: 8, size: Size(7, 5), stem: Size(7, 7)),
  ])
  func matchesThreeConvolutions(block: Block) throws {
    var generator = Generator(seed: UInt64(block.wide))
    let first = try ConvolutionParameters(
      batch: block.batch, inputChannels: block.input, outputChannels: block.wide, input: block.size,
      kernel: block.stem ?? Size(1, 1), stride: block.stem.map { _ in Size(2, 2) } ?? Size(1, 1),
      padding: block.stem.map { Padding($0.height / 2) } ?? Padding(0))
    let window = try ConvolutionParameters(
      batch: block.batch, inputChannels: block.wide, outputChannels: block.wide, groups: block.wide,
      input: first.output, kernel: Size(block.kernel, block.kernel), stride: Size(block.stride, block.stride),
      padding: Padding(block.kernel / 2))
    let last = try ConvolutionParameters(
      batch: block.batch, inputChannels: block.wide, outputChannels: block.output, input: window.output,
      kernel: Size(1, 1))
    let x = generator.floats(block.batch * block.input * block.size.height * block.size.width)
    let weights = [
      generator.floats(block.input * block.wide * first.kernel.height * first.kernel.width),
      generator.floats(block.wide * block.kernel * block.kernel),
      generator.floats(block.wide * block.output),
    ]
    let biases = [generator.floats(block.wide), generator.floats(block.wide), generator.floats(block.output)]
    let adds = block.stride == 1 && block.input == block.output && block.stem == nil
    var wide = x
    if block.expands {
      wide = referenceConvolution(
        first, input: x, weights: weights[0], bias: biases[0], residual: nil, activation: .clamp(0, 6)
      ).map(Float.init)
    }
    let filtered = referenceConvolution(
      window, input: wide, weights: weights[1], bias: biases[1], residual: nil, activation: .silu
    ).map(Float.init)
    let expected = referenceConvolution(
      last, input: filtered, weights: weights[2], bias: biases[2], residual: adds ? x : nil, activation: .none
    )

    let output = BlockedLayout(
      batch: block.batch, channels: block.output, height: window.output.height, width: window.output.width,
      halo: adds ? 0 : 1)
    let input = BlockedLayout(first, halo: block.expands ? (adds ? 0 : 1) : window.halo)
    let buffers = (weights + biases).map { Buffer($0) }
    for instructionSet in availableInstructionSets {
      let kernel = try InvertedResidual(
        expand: block.expands
          ? .init(first, weights: buffers[0].start, bias: buffers[3].start, activation: .clamp(0, 6)) : nil,
        depthwise: .init(window, weights: buffers[1].start, bias: buffers[4].start, activation: .silu),
        project: .init(last, weights: buffers[2].start, bias: buffers[5].start, activation: .none),
        input: block.stem == nil ? .blocked(input) : .planar, output: output, residual: adds,
        instructionSet: instructionSet)
      for threads in [1, 2, 3] {
        let image = block.stem == nil ? input.blocked(x) : Buffer(x)
        let y = Buffer(count: output.batch * output.imagePitch)
        run(kernel, inputs: adds ? [image, image] : [image], output: y, threads: threads)
        let actual = try #require(output.planar(y))
        #expect(relativeError(actual, expected) <= 2e-6, "\(instructionSet) \(threads) threads")
      }
    }
  }

  @Test func sizesThatDoNotFollow() throws {
    let first = try ConvolutionParameters(
      inputChannels: 8, outputChannels: 16, input: Size(4, 4), kernel: Size(1, 1))
    let window = try ConvolutionParameters(
      inputChannels: 24, outputChannels: 24, groups: 24, input: Size(4, 4), kernel: Size(3, 3),
      padding: Padding(1))
    let last = try ConvolutionParameters(
      inputChannels: 24, outputChannels: 8, input: Size(4, 4), kernel: Size(1, 1))
    let weights = Buffer([Float](repeating: 0, count: 1024))
    let layout = BlockedLayout(batch: 1, channels: 8, height: 4, width: 4)
    #expect(throws: ConvolutionError.layout) {
      try InvertedResidual(
        expand: .init(first, weights: weights.start, bias: nil, activation: .none),
        depthwise: .init(window, weights: weights.start, bias: nil, activation: .none),
        project: .init(last, weights: weights.start, bias: nil, activation: .none), input: .blocked(layout),
        output: layout, residual: false)
    }
  }

  @Test func planesNeedAFirstStage() throws {
    let window = try ConvolutionParameters(
      inputChannels: 16, outputChannels: 16, groups: 16, input: Size(4, 4), kernel: Size(3, 3),
      padding: Padding(1))
    let last = try ConvolutionParameters(
      inputChannels: 16, outputChannels: 16, input: Size(4, 4), kernel: Size(1, 1))
    let weights = Buffer([Float](repeating: 0, count: 1024))
    #expect(throws: ConvolutionError.unsupported) {
      try InvertedResidual(
        expand: nil, depthwise: .init(window, weights: weights.start, bias: nil, activation: .none),
        project: .init(last, weights: weights.start, bias: nil, activation: .none), input: .planar,
        output: BlockedLayout(last, halo: 0), residual: false)
    }
  }
}
