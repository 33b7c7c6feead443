/// Every operator of this build. Adding one is a file and a line here; a test compares this list with the folder.
package enum OperatorRegistry {
  package static let all: [any Operator.Type] = [
    convolution, matrix, pooling, normalization, activation, attention, recurrent, microsoft, shape, movement,
    elementwise,
    reduction, quantization, selection, signal, random, resampling, loss, controlFlow, sequence, text,
    blockedLayout, machineLearning, training, image,
  ].flatMap { $0 }

  static let convolution: [any Operator.Type] = [
    Conv.self, ConvTranspose.self, DeformConv.self, ConvInteger.self, QLinearConv.self,
    CausalConvWithState.self,
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
    Swish.self, SwiGLU.self, Clip.self, Erf.self, Softmax.self, LogSoftmax.self, Hardmax.self, Shrink.self,
  ]
  static let attention: [any Operator.Type] = [
    Attention.self, FlexAttention.self, LinearAttention.self, RotaryEmbedding.self,
  ]
  static let microsoft: [any Operator.Type] = [
    FusedConv.self, FusedMatMul.self, MicrosoftGelu.self, BiasGelu.self, FastGelu.self, QuickGelu.self,
    SkipLayerNormalization.self, SkipSimplifiedLayerNormalization.self, SimplifiedLayerNormalization.self,
    MatMulNBits.self, MultiHeadAttention.self, GroupQueryAttention.self, MicrosoftAttention.self,
    QAttention.self, MicrosoftRotaryEmbedding.self, EmbedLayerNormalization.self, GatherBlockQuantized.self,
    FusedGemm.self, MatMulIntegerToFloat.self, DynamicQuantizeMatMul.self, QGemm.self, QLinearAdd.self,
    QLinearMul.self, QLinearSigmoid.self, QLinearLeakyRelu.self, QLinearAveragePool.self,
    QLinearGlobalAveragePool.self, QLinearSoftmax.self, QLinearConcat.self, MicrosoftQLinearConv.self,
    NhwcMaxPool.self, NhwcFusedConv.self, MicrosoftPad.self, MicrosoftQuantizeLinear.self,
    MicrosoftDequantizeLinear.self, BiasSplitGelu.self, GroupNorm.self, MoE.self, QMoE.self,
  ]
  static let blockedLayout: [any Operator.Type] = [
    BlockedConv.self, BlockedMaxPool.self, BlockedAveragePool.self, BlockedGlobalMaxPool.self,
    BlockedGlobalAveragePool.self, BlockedUpsample.self, ReorderInput.self, ReorderOutput.self,
  ]
  static let recurrent: [any Operator.Type] = [
    RNN.self, GRU.self, LSTM.self, DynamicQuantizeLSTM.self,
  ]
  static let shape: [any Operator.Type] = [
    Constant.self, ConstantOfShape.self, Expand.self, EyeLike.self, Flatten.self, Identity.self,
    RangeOperator.self, Reshape.self, ShapeOperator.self, Size.self, Squeeze.self, Unsqueeze.self,
  ]
  static let movement: [any Operator.Type] = [
    CenterCropPad.self, Col2Im.self, Compress.self, Concat.self, DepthToSpace.self, Gather.self,
    GatherElements.self, GatherND.self, OneHot.self, Pad.self, ReverseSequence.self, Scatter.self,
    ScatterElements.self, ScatterND.self, SliceOperator.self, SpaceToDepth.self, Split.self,
    TensorScatter.self, Tile.self, Transpose.self, Trilu.self,
  ]
  static let elementwise: [any Operator.Type] = [
    Abs.self, Acos.self, Acosh.self, Add.self, And.self, Asin.self, Asinh.self, Atan.self, Atanh.self,
    BitCast.self, BitShift.self, BitwiseAnd.self, BitwiseNot.self, BitwiseOr.self, BitwiseXor.self,
    Cast.self, CastLike.self, Ceil.self, Cos.self, Cosh.self, Div.self, Equal.self, Exp.self, Floor.self,
    Greater.self, GreaterOrEqual.self, IsInf.self, IsNaN.self, Less.self, LessOrEqual.self, Log.self,
    Max.self, Mean.self, Min.self, Mod.self, Mul.self, Neg.self, Not.self, Or.self, Pow.self,
    Reciprocal.self, Round.self, Sign.self, Sin.self, Sinh.self, Sqrt.self, Sub.self, Sum.self, Tan.self,
    Where.self, Xor.self,
  ]
  static let reduction: [any Operator.Type] = [
    ArgMax.self, ArgMin.self, CumProd.self, CumSum.self, ReduceL1.self, ReduceL2.self, ReduceLogSum.self,
    ReduceLogSumExp.self, ReduceMax.self, ReduceMean.self, ReduceMin.self, ReduceProd.self, ReduceSum.self,
    ReduceSumSquare.self, TopK.self,
  ]
  static let quantization: [any Operator.Type] = [
    DequantizeLinear.self, DynamicQuantizeLinear.self, QuantizeLinear.self,
  ]
  static let selection: [any Operator.Type] = [
    Det.self, NonMaxSuppression.self, NonZero.self, Unique.self,
  ]
  static let signal: [any Operator.Type] = [
    BlackmanWindow.self, DFT.self, HammingWindow.self, HannWindow.self, MelWeightMatrix.self, STFT.self,
  ]
  static let random: [any Operator.Type] = [
    Bernoulli.self, Multinomial.self, RandomNormal.self, RandomNormalLike.self, RandomUniform.self,
    RandomUniformLike.self,
  ]
  static let resampling: [any Operator.Type] = [
    AffineGrid.self, GridSample.self, Resize.self, Upsample.self,
  ]
  static let loss: [any Operator.Type] = [
    NegativeLogLikelihoodLoss.self, SoftmaxCrossEntropyLoss.self,
  ]
  static let controlFlow: [any Operator.Type] = [
    If.self, Loop.self, Scan.self,
  ]
  static let sequence: [any Operator.Type] = [
    ConcatFromSequence.self, OptionalOperator.self, OptionalGetElement.self, OptionalHasElement.self,
    SequenceAt.self, SequenceConstruct.self, SequenceEmpty.self, SequenceErase.self, SequenceInsert.self,
    SequenceLength.self, SequenceMap.self, SplitToSequence.self,
  ]
  static let text: [any Operator.Type] = [
    RegexFullMatch.self, StringConcat.self, StringNormalizer.self, StringSplit.self, TfIdfVectorizer.self,
  ]
  static let machineLearning: [any Operator.Type] = [
    ArrayFeatureExtractor.self, Binarizer.self, CastMap.self, CategoryMapper.self, DictVectorizer.self,
    FeatureVectorizer.self, Imputer.self, LabelEncoder.self, LinearClassifier.self, LinearRegressor.self,
    Normalizer.self, OneHotEncoder.self, Scaler.self, SVMClassifier.self, SVMRegressor.self,
    TreeEnsemble.self, TreeEnsembleClassifier.self, TreeEnsembleRegressor.self, ZipMap.self,
  ]
  static let training: [any Operator.Type] = [Adagrad.self, Adam.self, Gradient.self, Momentum.self]
  static let image: [any Operator.Type] = [ImageDecoder.self]

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
