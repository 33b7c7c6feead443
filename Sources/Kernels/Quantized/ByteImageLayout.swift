internal import CMicrokernels

/// How an image of 8-bit numbers lies in memory while integer kernels work on it: `N, H + 2 halo, W + 2 halo, C`.
///
/// The channels are padded to 4, to 8 or to a multiple of 16. The halo is a border of pixels that hold the zero point of
/// the operator that reads them, so that windows need no edge code; **whoever writes the tensor writes its border too**. Signed numbers are kept as
/// `q + 128`, their zero points likewise, so that all kernels see unsigned ones.
package struct ByteImageLayout: Sendable, Equatable {
  package var batch: Int
  package var channels: Int
  package var height: Int
  package var width: Int
  package var halo: Int
  /// What the border's pixels hold.
  package var border: UInt8

  package init(
    batch: Int, channels: Int, height: Int, width: Int, halo: Int = 0, border: UInt8 = 0
  ) {
    self.border = border
    self.batch = batch
    self.channels = channels
    self.height = height
    self.width = width
    self.halo = halo
  }

  /// Bytes from a pixel to the next.
  package var pixelPitch: Int { channels <= 4 ? 4 : channels <= 8 ? 8 : (channels + 15) / 16 * 16 }
  package var rowPitch: Int { (width + 2 * halo) * pixelPitch }
  package var imagePitch: Int { (height + 2 * halo) * rowPitch }
  /// With the bytes behind the last pixel that kernels read.
  package var byteCount: Int { batch * imagePitch + Self.slack }
  /// Rows of all images, borders not counted.
  package var rows: Int { batch * height }

  package static let slack = 64

  var image: assay_byte_image {
    assay_byte_image(
      batch: Int32(batch), channels: Int32(channels), height: Int32(height), width: Int32(width),
      halo: Int32(halo), pixel_pitch: Int32(pixelPitch), row_pitch: Int64(rowPitch),
      image_pitch: Int64(imagePitch))
  }

  /// Whether this is where a window operator with these sizes reads.
  func isInput(of parameters: ConvolutionParameters) -> Bool {
    batch == parameters.batch && channels == parameters.inputChannels && height == parameters.input.height
      && width == parameters.input.width
  }

  func isOutput(of parameters: ConvolutionParameters) -> Bool {
    batch == parameters.batch && channels == parameters.outputChannels && height == parameters.output.height
      && width == parameters.output.width
  }
}

/// Writes the part of an image's border that falls to a thread.
func writeBorder(_ layout: ByteImageLayout, _ call: borrowing KernelCall) {
  guard layout.halo > 0 else { return }
  let rows = call.share(of: layout.rows)
  var image = layout.image
  assay_byte_border(
    &image, call.outputs[0].assumingMemoryBound(to: UInt8.self), layout.border,
    Int64(rows.lowerBound), Int64(rows.upperBound))
}
