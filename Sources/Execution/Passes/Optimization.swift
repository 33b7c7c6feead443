internal import Kernels
internal import Network
internal import Operators

/// The passes that turn the file's nodes into steps, in order.
enum Optimization {
  static func run(_ graph: inout PlanGraph, _ options: PlanOptions) throws(ExecutionError) {
    SpelledOutActivations.run(&graph)
    ActivationRecognition.run(&graph)
    try OperationRecognition.run(&graph)
    try QuantizedRecurrence.run(&graph)
    AttentionFusion.run(&graph)
    OperandViews.run(&graph)
    graph.removeDeadNodes()
    MovementRecognition.run(&graph)
    try OperationRecognition.run(&graph, late: true)
    try Fusion.run(&graph)
    InvertedResidualFusion.run(&graph)
    LayoutAssignment.run(&graph)
    ByteLayoutAssignment.run(&graph)
  }
}

/// Gives each node of the file the planned operation that understands it.
enum OperationRecognition {
  private static let kinds: [any RecognizableOperation.Type] = [
    ConvolutionOperation.self, PlanarConvolutionOperation.self, PoolingOperation.self,
    PlanarPoolingOperation.self, GlobalAverageOperation.self, ReductionOperation.self,
    ChannelAffineOperation.self,
    PairOperation.self, ChannelScaleOperation.self, ConcatOperation.self, MatrixProductOperation.self,
    IntegerProductOperation.self, ResizeOperation.self, PadOperation.self, LayerNormalizationOperation.self,
    SixteenBitConversionOperation.self, SoftmaxOperation.self, BinaryOperation.self, SelectOperation.self,
    RecurrentOperation.self, AttentionOperation.self, LinearQuantizationOperation.self,
    DynamicQuantizationOperation.self, ElementConversionOperation.self, IntegerConvolutionOperation.self,
  ]

  /// Kinds that other passes look through as long as they are the file's.
  private static let lateKinds: [any RecognizableOperation.Type] = [
    TransposeOperation.self, GatherOperation.self,
  ]

  /// Kinds that operators of other domains may be.
  private static let foreignKinds: [any RecognizableOperation.Type] = [
    AttentionOperation.self, LinearQuantizationOperation.self,
  ]

  private static func kinds(
    of operation: FileOperation, isLate: Bool
  ) -> [any RecognizableOperation.Type] {
    if isLate { return operation.domain.isEmpty ? lateKinds : [] }
    return operation.domain.isEmpty ? kinds : foreignKinds
  }

  static func run(_ graph: inout PlanGraph, late isLate: Bool = false) throws(ExecutionError) {
    for index in graph.nodes.indices {
      let node = graph.nodes[index]
      guard let operation = node.operation as? FileOperation else { continue }
      do {
        for kind in kinds(of: operation, isLate: isLate) {
          guard let recognized = try kind.recognize(node, graph) else { continue }
          graph.nodes[index] = recognized
          break
        }
      } catch {
        throw .node(node.name, operatorName: operation.name, error)
      }
    }
  }
}
