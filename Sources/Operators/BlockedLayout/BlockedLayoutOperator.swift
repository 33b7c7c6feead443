/// An operator on ONNX Runtime's own blocked layout, `[batch, channels / block, height, width, block]` stored under the
/// extents `[batch, channels, height, width]`: counted as what it stands for, and not run, since the block is that of the
/// processor which wrote the file.
protocol BlockedLayoutOperator: WrappingOperator {}

extension BlockedLayoutOperator {
  package static var domain: String { "com.microsoft.nchwc" }
  package func run(_ context: KernelContext) throws(OperatorError) {
    throw .unsupported("a layout of one processor (com.microsoft.nchwc): export the network without it")
  }
}
