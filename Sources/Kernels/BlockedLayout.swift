/// How an image tensor lies in memory while the convolutions work on it: `N, ceil(C / 16), H + 2 halo, W + 2 halo, 16`.
///
/// The channels are padded with zeros to a multiple of 16. The halo is a border of zero pixels around each
/// plane, so that windows need no edge code; **whoever writes the tensor writes the border and the padded channels
/// too**, so that a buffer can be reused for anything.
package struct BlockedLayout: Sendable, Equatable {
  package static let block = 16

  package var batch: Int
  package var channels: Int
  package var height: Int
  package var width: Int
  package var halo: Int
  /// Blocks from one image to the next; `blocks` unless the tensor is a range of channels, beginning at a
  /// multiple of 16, within a wider one. Kernels are then given the address of its first block.
  package var storedBlocks: Int?

  package init(
    batch: Int, channels: Int, height: Int, width: Int, halo: Int = 0, storedBlocks: Int? = nil
  ) {
    self.storedBlocks = storedBlocks
    self.batch = batch
    self.channels = channels
    self.height = height
    self.width = width
    self.halo = halo
  }

  package var blocks: Int { (channels + Self.block - 1) / Self.block }
  /// Floats from one row to the next.
  package var rowPitch: Int { (width + 2 * halo) * Self.block }
  /// Floats from one block of channels to the next.
  package var planePitch: Int { (height + 2 * halo) * rowPitch }
  /// Floats from one image to the next.
  package var imagePitch: Int { (storedBlocks ?? blocks) * planePitch }
  package var byteCount: Int { batch * imagePitch * MemoryLayout<Float>.stride }
  /// Floats from the start of the buffer to pixel (0, 0) of the first block.
  package var origin: Int { halo * rowPitch + halo * Self.block }
}
