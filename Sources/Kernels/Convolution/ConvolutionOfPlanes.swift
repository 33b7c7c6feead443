/// A convolution over dense planes, or the transpose of one, as the kernels for them take it.
package struct ConvolutionOfPlanes: Sendable {
  /// Of the transpose: those of the convolution that it is the transpose of, so that its output is their input.
  package var windows: WindowGeometry
  package var batch: Int
  package var groups: Int
  /// Of the input, in a group.
  package var channels: Int
  /// Of the output, in a group.
  package var filters: Int
  package var hasBias: Bool
  package var activation: UnaryFunction

  package init(
    _ windows: WindowGeometry, batch: Int, groups: Int, channels: Int, filters: Int, hasBias: Bool,
    activation: UnaryFunction
  ) {
    self.windows = windows
    self.batch = batch
    self.groups = groups
    self.channels = channels
    self.filters = filters
    self.hasBias = hasBias
    self.activation = activation
  }
}

/// A kernel that does such a convolution.
protocol PlanesKernel: PreparedKernel {
  var convolution: ConvolutionOfPlanes { get }
}

extension PlanesKernel {
  var windows: WindowGeometry { convolution.windows }
  var batch: Int { convolution.batch }
  var groups: Int { convolution.groups }
  var channels: Int { convolution.channels }
  var filters: Int { convolution.filters }
  var hasBias: Bool { convolution.hasBias }
  var activation: UnaryFunction { convolution.activation }
}
