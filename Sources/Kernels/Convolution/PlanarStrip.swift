import CMicrokernels

/// A thread's copy, with the padding, of the rows of planes that some rows of a convolution's output read.
///
/// The planar form of the microkernels broadcasts from it, so that no channel is padded to a block.
struct PlanarStrip {
  /// Rows of output whose windows one copy covers.
  let outputRows: Int
  private let parameters: ConvolutionParameters
  private let rows: Int
  /// Floats from one row of the copy to the next.
  private let rowPitch: Int

  var floats: Int { parameters.inputChannels * rows * rowPitch }

  init(_ parameters: ConvolutionParameters, outputRows: Int) {
    self.parameters = parameters
    self.outputRows = outputRows
    rowPitch =
      (parameters.output.width - 1) * parameters.stride.width
      + (parameters.kernel.width - 1) * parameters.dilation.width + 1
    rows =
      (outputRows - 1) * parameters.stride.height
      + (parameters.kernel.height - 1) * parameters.dilation.height + 1
  }

  /// Lets a plan of the planar form find its input in the copy.
  func place(_ input: inout assay_blocked) {
    input.image = 0
    input.plane = rows * rowPitch
    input.row = rowPitch
    input.origin = parameters.padding.top * rowPitch + parameters.padding.left
  }

  /// Copies what the output rows from `outputRow` on read of image `image`.
  /// - Returns: where the plan, which counts output rows from the top of the image, shall think that the image begins.
  func fill(
    _ copy: UnsafeMutablePointer<Float>, from outputRow: Int, of image: Int, in planes: UnsafePointer<Float>
  ) -> UnsafePointer<Float> {
    let (height, width) = (parameters.input.height, parameters.input.width)
    let top = outputRow * parameters.stride.height - parameters.padding.top
    assay_pad_planar(
      planes + image * parameters.inputChannels * height * width, copy, Int32(parameters.inputChannels),
      Int32(height), Int32(width), Int32(top), Int32(top + rows),
      Int32(min(parameters.padding.left, rowPitch)), rowPitch, rows * rowPitch)
    return UnsafePointer(copy - outputRow * parameters.stride.height * rowPitch)
  }
}
