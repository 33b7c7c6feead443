import CMicrokernels

/// Copies ranges of channels from blocked tensors to one: concatenation, and with one input a slice.
///
/// A run reads `inputs[i]` for each piece and writes `outputs[0]`, border and padded channels included. Ranges that begin
/// at a multiple of 16 on both sides are copied row by row, others channel by channel.
package final class BlockedChannels: PreparedKernel {
  package struct Piece: Sendable, Equatable {
    package var layout: BlockedLayout
    /// The channels that are taken.
    package var channels: Range<Int>

    package init(_ layout: BlockedLayout, channels: Range<Int>? = nil) {
      self.layout = layout
      self.channels = channels ?? 0..<layout.channels
    }
  }

  package let choice: KernelChoice
  private let pieces: [Piece]
  private let sources: [UnsafeBox<assay_blocked>]
  private let output: BlockedLayout
  private let target: UnsafeBox<assay_blocked>

  /// The pieces' channels follow each other in the output and fill it.
  package init(_ pieces: [Piece], output: BlockedLayout) throws(ConvolutionError) {
    var total = 0
    for piece in pieces {
      let layout = piece.layout
      guard layout.batch == output.batch, layout.height == output.height, layout.width == output.width,
        piece.channels.lowerBound >= 0, piece.channels.upperBound <= layout.channels
      else { throw .layout }
      total += piece.channels.count
    }
    guard total == output.channels else { throw .layout }
    self.pieces = pieces
    self.output = output
    sources = pieces.map { UnsafeBox($0.layout.microkernelLayout) }
    target = UnsafeBox(output.microkernelLayout)
    choice = KernelChoice(kernel: "copy channels", instructionSet: .portable)
  }

  package func run(_ call: borrowing KernelCall) {
    let y = call.outputs[0].assumingMemoryBound(to: Float.self)
    for plane in call.share(of: output.batch * output.blocks) {
      let (image, block) = plane.quotientAndRemainder(dividingBy: output.blocks)
      fill(block, of: image, inputs: call.inputs, image: y + image * output.imagePitch)
    }
  }

  /// Writes one block of the output: what of each piece falls into it, zeros behind the last channel, the border.
  private func fill(
    _ block: Int, of image: Int, inputs: UnsafePointer<UnsafeRawPointer>,
    image destination: UnsafeMutablePointer<Float>
  ) {
    let first = block * BlockedLayout.block
    let plane = destination + block * output.planePitch
    if first + BlockedLayout.block > output.channels {
      plane.update(repeating: 0, count: output.planePitch)
    }
    let wanted = first..<min(first + BlockedLayout.block, output.channels)
    var start = 0
    for (index, piece) in pieces.enumerated() {
      let part = wanted.clamped(to: start..<start + piece.channels.count)
      if !part.isEmpty {
        let source = inputs[index].assumingMemoryBound(to: Float.self) + image * piece.layout.imagePitch
        assay_copy_channels(
          source, sources[index].pointer, Int32(piece.channels.lowerBound + part.lowerBound - start),
          destination,
          target.pointer, Int32(part.lowerBound), Int32(part.count))
      }
      start += piece.channels.count
    }
    assay_zero_halo(target.pointer, plane, 0, Int32(output.height))
  }
}
