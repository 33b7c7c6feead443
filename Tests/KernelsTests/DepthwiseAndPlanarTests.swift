import Kernels
import Testing

@Suite struct DepthwiseConvolutionTests {
  typealias Size = ConvolutionParameters.Size
  typealias Padding = ConvolutionParameters.Padding

  @Test(arguments: [3, 5], [1, 2])
  func everyWidth(kernel: Int, stride: Int) throws {
    for width in 1...30 {
      let parameters = try ConvolutionParameters(
        batch: 2, inputChannels: 40, outputChannels: 40, groups: 40, input: Size(5, width),
        kernel: Size(kernel, kernel), stride: Size(stride, stride), padding: Padding(kernel / 2))
      let error = try ConvolutionCase(
        parameters: parameters, activation: .clamp(0, 6), residual: width % 3 == 0, outputHalo: width % 2
      ).largestError(seed: UInt64(width))
      #expect(error <= 1e-6, "width \(width)")
    }
  }

  @Test func randomGeometry() throws {
    var generator = Generator(seed: 3)
    var done = 0
    while done < 40 {
      let channels = 2 + generator.below(50)
      guard
        let parameters = try? ConvolutionParameters(
          batch: 1 + generator.below(3), inputChannels: channels, outputChannels: channels, groups: channels,
          input: Size(1 + generator.below(12), 1 + generator.below(31)),
          kernel: Size(1 + generator.below(7), 1 + generator.below(7)),
          stride: Size(1 + generator.below(3), 1 + generator.below(3)),
          dilation: Size(1 + generator.below(3), 1 + generator.below(3)),
          padding: Padding(
            top: generator.below(4), left: generator.below(4), bottom: generator.below(4),
            right: generator.below(4)))
      else { continue }
      done += 1
      let error = try ConvolutionCase(
        parameters: parameters, activation: .silu, inputHalo: generator.below(5)
      )
      .largestError(seed: UInt64(done))
      #expect(error <= 1e-6, "\(parameters)")
    }
  }
}

@Suite struct PlanarConvolutionTests {
  typealias Size = ConvolutionParameters.Size
  typealias Padding = ConvolutionParameters.Padding

  @Test(arguments: [(3, 1, 1), (3, 2, 1), (7, 2, 3), (5, 4, 2), (4, 4, 0)])
  func everyWidth(kernel: Int, stride: Int, padding: Int) throws {
    for width in stride...60 where width + 2 * padding >= kernel && (stride > 1 || width <= 30) {
      let parameters = try ConvolutionParameters(
        batch: 1 + width % 2, inputChannels: 1 + width % 4, outputChannels: 24 + width % 30,
        input: Size(11, width), kernel: Size(kernel, kernel), stride: Size(stride, stride),
        padding: Padding(padding))
      let error = try ConvolutionCase(
        parameters: parameters, activation: .relu, outputHalo: width % 2, planarInput: true
      ).largestError(seed: UInt64(width))
      #expect(error <= 1e-6, "width \(width)")
    }
  }

  @Test func stripsOfATallImage() throws {
    let parameters = try ConvolutionParameters(
      inputChannels: 3, outputChannels: 32, input: Size(61, 40), kernel: Size(3, 5), stride: Size(2, 1),
      dilation: Size(2, 3), padding: Padding(top: 0, left: 5, bottom: 3, right: 1))
    let error = try ConvolutionCase(parameters: parameters, residual: true, planarInput: true)
      .largestError(seed: 1)
    #expect(error <= 1e-6)
  }
}
