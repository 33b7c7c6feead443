/// Every operator of this build. Adding one is a file and a line here; a test compares this list with the folder.
package enum OperatorRegistry {
  package static let all: [any Operator.Type] =
    convolution + matrix + pooling + normalization + activation + attention + recurrent + shape

  static let convolution: [any Operator.Type] = [
    Conv.self, ConvTranspose.self, DeformConv.self, ConvInteger.self, QLinearConv.self,
  ]
  static let matrix: [any Operator.Type] = [
    Gemm.self, MatMul.self, MatMulInteger.self, QLinearMatMul.self, Einsum.self,
  ]
  static let pooling: [any Operator.Type] = [
    MaxPool.self, AveragePool.self, LpPool.self, GlobalMaxPool.self, GlobalAveragePool.self,
    GlobalLpPool.self,
    MaxUnpool.self, MaxRoiPool.self, RoiAlign.self,
  ]
  static let normalization: [any Operator.Type] = [
    BatchNormalization.self, InstanceNormalization.self, LayerNormalization.self, GroupNormalization.self,
    RMSNormalization.self, LpNormalization.self, MeanVarianceNormalization.self, LRN.self, Dropout.self,
  ]
  static let activation: [any Operator.Type] = [
    Relu.self, Sigmoid.self, Tanh.self, Elu.self, Selu.self, Celu.self, LeakyRelu.self, PRelu.self,
    ThresholdedRelu.self, HardSigmoid.self, HardSwish.self, Softplus.self, Softsign.self, Gelu.self,
    Mish.self,
    Swish.self, Clip.self, Erf.self, Softmax.self, LogSoftmax.self, Hardmax.self, Shrink.self,
  ]
  static let attention: [any Operator.Type] = [
    Attention.self, RotaryEmbedding.self,
  ]
  static let recurrent: [any Operator.Type] = [RNN.self, GRU.self, LSTM.self]
  static let shape: [any Operator.Type] = [ShapeOperator.self]

  private static let byName: [Key: any Operator.Type] = Dictionary(
    all.map { (Key(domain: $0.domain, name: $0.name), $0) }, uniquingKeysWith: { first, _ in first })

  private struct Key: Hashable {
    let domain: String
    let name: String
  }

  /// The operator of this name; `ai.onnx` is another spelling of the empty domain.
  package static func find(domain: String, name: String) -> (any Operator.Type)? {
    byName[Key(domain: domain == "ai.onnx" ? "" : domain, name: name)]
  }
}
