import Kernels
import Testing

@Suite struct WinogradTests {
  typealias Size = ConvolutionParameters.Size
  typealias Padding = ConvolutionParameters.Padding

  @Test(arguments: WinogradForm.allCases)
  func everyWidth(form: WinogradForm) throws {
    for width in 1...30 {
      let parameters = try ConvolutionParameters(
        batch: 1 + width % 2, inputChannels: 20 + width, outputChannels: 33 + width % 17,
        input: Size(1 + width % 13, width), kernel: Size(3, 3), padding: Padding(1))
      let error = try ConvolutionCase(
        parameters: parameters, activation: .relu, residual: width % 3 == 0,
        inputHalo: width % 4 == 0 ? 0 : 1,
        outputHalo: width % 2, arithmetic: .winograd(form)
      ).largestError(seed: UInt64(width))
      #expect(error <= 1e-5, "width \(width)")
    }
  }

  @Test(arguments: WinogradForm.allCases, [FusedActivation.silu, .sigmoid, .clamp(0.25, 3)])
  func activationsAndPadding(form: WinogradForm, activation: FusedActivation) throws {
    for (top, left, bottom, right) in [(0, 0, 0, 0), (2, 0, 1, 2), (1, 1, 3, 0)] {
      let parameters = try ConvolutionParameters(
        batch: 2, inputChannels: 3, outputChannels: 21, input: Size(9, 12), kernel: Size(3, 3),
        padding: Padding(top: top, left: left, bottom: bottom, right: right))
      let error = try ConvolutionCase(
        parameters: parameters, activation: activation, inputHalo: 1, outputHalo: 1,
        arithmetic: .winograd(form)
      ).largestError(seed: 9)
      #expect(error <= 1e-5, "\(parameters.padding)")
    }
  }

  /// A batch whose tiles share blocks, and weights that are streamed.
  @Test(arguments: WinogradForm.allCases)
  func tilesOfSeveralImages(form: WinogradForm) throws {
    let parameters = try ConvolutionParameters(
      batch: 5, inputChannels: 320, outputChannels: 330, input: Size(4, 3), kernel: Size(3, 3),
      padding: Padding(1))
    let error = try ConvolutionCase(
      parameters: parameters, residual: true, outputHalo: 1, arithmetic: .winograd(form)
    )
    .largestError(seed: 2, instructionSets: [.native])
    #expect(error <= 1e-5)
  }

  /// Weights large enough that threads divide the panels, and more tiles than a block holds.
  @Test(arguments: WinogradForm.allCases)
  func manyChannels(form: WinogradForm) throws {
    let parameters = try ConvolutionParameters(
      inputChannels: 160, outputChannels: 144, input: Size(20, 22), kernel: Size(3, 3), padding: Padding(1))
    let error = try ConvolutionCase(parameters: parameters, residual: true, arithmetic: .winograd(form))
      .largestError(seed: 2, instructionSets: [.native])
    #expect(error <= 1e-5)
  }
}
