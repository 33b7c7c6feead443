/// The sizes of a 2-D convolution or pooling window over `N, C, H, W`; in one dimension the height is 1.
package struct ConvolutionParameters: Sendable, Equatable {
  package struct Size: Sendable, Equatable {
    package var height: Int
    package var width: Int

    package init(_ height: Int, _ width: Int) {
      self.height = height
      self.width = width
    }
  }

  package struct Padding: Sendable, Equatable {
    package var top: Int
    package var left: Int
    package var bottom: Int
    package var right: Int

    package init(top: Int, left: Int, bottom: Int, right: Int) {
      self.top = top
      self.left = left
      self.bottom = bottom
      self.right = right
    }

    package init(_ all: Int) {
      self.init(top: all, left: all, bottom: all, right: all)
    }
  }

  package let batch: Int
  package let inputChannels: Int
  package let outputChannels: Int
  package let groups: Int
  package let input: Size
  package let output: Size
  package let kernel: Size
  package let stride: Size
  package let dilation: Size
  package let padding: Padding

  /// The output's size is `floor((input + padding - dilation (kernel - 1) - 1) / stride) + 1` along each axis unless
  /// it is given; a given one may be larger (pooling with `ceil_mode`), and then windows reach beyond the padding.
  package init(
    batch: Int = 1, inputChannels: Int, outputChannels: Int, groups: Int = 1, input: Size, kernel: Size,
    stride: Size = Size(1, 1), dilation: Size = Size(1, 1), padding: Padding = Padding(0), output: Size? = nil
  ) throws(ConvolutionError) {
    let counts = [
      batch, inputChannels, outputChannels, groups, input.height, input.width, kernel.height, kernel.width,
      stride.height, stride.width, dilation.height, dilation.width,
    ]
    let pads = [padding.top, padding.left, padding.bottom, padding.right]
    guard counts.allSatisfy({ (1...Self.largest).contains($0) }),
      pads.allSatisfy({ (0...Self.largest).contains($0) }),
      dilation.height * kernel.height <= Self.largest, dilation.width * kernel.width <= Self.largest
    else { throw .sizes }
    guard inputChannels % groups == 0, outputChannels % groups == 0 else { throw .groups }
    let fitting = Size(
      (input.height + padding.top + padding.bottom - dilation.height * (kernel.height - 1) - 1)
        / stride.height + 1,
      (input.width + padding.left + padding.right - dilation.width * (kernel.width - 1) - 1) / stride.width
        + 1)
    let output = output ?? fitting
    guard (1...Self.largest).contains(output.height), (1...Self.largest).contains(output.width) else {
      throw .sizes
    }
    self.batch = batch
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.groups = groups
    self.input = input
    self.output = output
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
  }

  /// Bounds every size, so that products of two of them and offsets in a row fit the kernels' 32-bit counts.
  private static let largest = 1 << 24

  /// Each channel has its own window and makes one output channel.
  package var isDepthwise: Bool { groups == inputChannels && groups == outputChannels && groups > 1 }

  /// A plain matrix product over the pixels.
  package var isPointwise: Bool {
    kernel == Size(1, 1) && stride == Size(1, 1) && padding == Padding(0) && output == input
  }

  /// Multiply-accumulates: `N O H W (I / groups) KH KW`, windows that reach into the padding counted whole.
  package var multiplyAccumulates: Double {
    Double(batch) * Double(outputChannels) * Double(output.height) * Double(output.width)
      * Double(inputChannels / groups) * Double(kernel.height) * Double(kernel.width)
  }

  /// The halo with which the input must be stored for windows to need no copy: how far they reach over any edge.
  package var halo: Int {
    let bottom =
      (output.height - 1) * stride.height - padding.top + dilation.height * (kernel.height - 1)
      - (input.height - 1)
    let right =
      (output.width - 1) * stride.width - padding.left + dilation.width * (kernel.width - 1)
      - (input.width - 1)
    return max(0, padding.top, padding.left, bottom, right)
  }
}

/// Why a convolution cannot be prepared.
package enum ConvolutionError: Error, Equatable {
  /// A size is not positive, absurdly large, or leaves no output.
  case sizes
  /// The groups do not divide the channels.
  case groups
  /// A layout does not have the batch, channels and size that the parameters say.
  case layout
  /// The kernel does not exist for these parameters.
  case unsupported
  case memory(MemoryError)
}
