import CMicrokernels

/// Brings a tensor from `N, C, H, W` into blocks or back, or from one halo to another.
///
/// A run reads `inputs[0]` and writes `outputs[0]`, border and padded channels included.
package final class BlockedConversion: PreparedKernel {
  package enum Direction: Sendable, Equatable {
    case toBlocked
    case toPlanar
    /// Changes the halo of a blocked tensor; the associated layout is the source's.
    case fromBlocked(BlockedLayout)
  }

  package let choice: KernelChoice
  private let direction: Direction
  private let layout: BlockedLayout
  private let target: UnsafeBox<assay_blocked>
  private let source: UnsafeBox<assay_blocked>

  /// - Parameter layout: the blocked side; for `fromBlocked` the destination.
  package init(_ direction: Direction, layout: BlockedLayout) throws(ConvolutionError) {
    self.direction = direction
    self.layout = layout
    target = UnsafeBox(layout.microkernelLayout)
    if case .fromBlocked(let from) = direction {
      guard from.hasSameShape(as: layout) else { throw .layout }
      source = UnsafeBox(from.microkernelLayout)
    } else {
      source = UnsafeBox(layout.microkernelLayout)
    }
    let name =
      switch direction {
      case .toBlocked: "planes to blocks"
      case .toPlanar: "blocks to planes"
      case .fromBlocked: "blocks to blocks"
      }
    choice = KernelChoice(kernel: name, instructionSet: .portable)
  }

  package func run(_ call: borrowing KernelCall) {
    let x = call.inputs[0].assumingMemoryBound(to: Float.self)
    let y = call.outputs[0].assumingMemoryBound(to: Float.self)
    let planarImage = layout.channels * layout.height * layout.width
    for plane in call.share(of: layout.batch * layout.blocks) {
      let (image, index) = plane.quotientAndRemainder(dividingBy: layout.blocks)
      let block = Int32(index)
      switch direction {
      case .toBlocked:
        assay_block_planar(
          x + image * planarImage, y + image * layout.imagePitch, target.pointer, Int32(layout.channels),
          block,
          block + 1)
      case .toPlanar:
        assay_planar_from_blocked(
          x + image * layout.imagePitch, y + image * planarImage, target.pointer, Int32(layout.channels),
          block,
          block + 1)
      case .fromBlocked(let from):
        assay_copy_plane(
          x + image * from.imagePitch + index * from.planePitch, source.pointer,
          y + image * layout.imagePitch + index * layout.planePitch, target.pointer)
      }
    }
  }
}
