internal import Analysis
internal import Network

/// What a layer does, as far as its cost depends on it.
enum LayerKind: Sendable, Hashable, Comparable, CaseIterable {
  case convolution
  case pointwiseConvolution
  case groupedConvolution
  case depthwiseConvolution
  case transposedConvolution
  case matrixProduct
  case attention
  case recurrent
  case pooling
  case normalization
  case softmax
  case elementwise
  case dataMovement
  case other

  init(_ layer: Layer) {
    self =
      switch layer.operator {
      case "Conv", "ConvInteger", "QLinearConv", "FusedConv", "DeformConv": Self.convolution(layer)
      case "ConvTranspose": .transposedConvolution
      case "Gemm", "MatMul", "MatMulInteger", "QLinearMatMul", "QGemm", "FusedMatMul",
        "MatMulNBits", "Einsum":
        .matrixProduct
      case "Attention", "MultiHeadAttention", "GroupQueryAttention": .attention
      case "LSTM", "GRU", "RNN": .recurrent
      case let name where name.hasSuffix("Pool"): .pooling
      case let name where name.hasSuffix("Normalization") || name == "LRN": .normalization
      case "Softmax", "LogSoftmax", "Hardmax": .softmax
      case "Concat", "QLinearConcat", "Transpose", "Slice", "Split", "Gather", "GatherND", "GatherElements",
        "Pad", "Resize",
        "Upsample",
        "Expand", "Tile", "DepthToSpace", "SpaceToDepth", "ScatterND", "ScatterElements", "Cast", "Where",
        "Reshape",
        "Flatten", "Squeeze", "Unsqueeze", "Identity":
        .dataMovement
      default: layer.macs == 0 ? .elementwise : .other
      }
  }

  /// Tells the forms of a convolution by its groups and by the MACs behind one output element, `Cin / groups x kernel`.
  private static func convolution(_ layer: Layer) -> LayerKind {
    let channels = layer.inputs.first?.type.tensor?.shape?.dimensions.dropFirst().first ?? nil
    guard let groups = layer.groups, let channels, channels > 0 else { return .convolution }
    if groups > 1 { return groups == channels ? .depthwiseConvolution : .groupedConvolution }
    let elements = layer.outputs.first?.type.tensor?.elementCount ?? 0
    guard let macs = layer.macs, elements > 0 else { return .convolution }
    return macs / elements == channels ? .pointwiseConvolution : .convolution
  }

  var name: String {
    switch self {
    case .convolution: "convolution"
    case .pointwiseConvolution: "1×1 convolution"
    case .groupedConvolution: "grouped convolution"
    case .depthwiseConvolution: "depthwise convolution"
    case .transposedConvolution: "transposed convolution"
    case .matrixProduct: "matrix product"
    case .attention: "attention"
    case .recurrent: "recurrent"
    case .pooling: "pooling"
    case .normalization: "normalisation"
    case .softmax: "softmax"
    case .elementwise: "elementwise"
    case .dataMovement: "data movement"
    case .other: "other"
    }
  }

  var plural: String {
    switch self {
    case .convolution, .pointwiseConvolution, .groupedConvolution, .depthwiseConvolution,
      .transposedConvolution,
      .matrixProduct:
      "\(name)s"
    case .attention, .recurrent, .pooling, .normalization, .softmax, .elementwise: "\(name) layers"
    case .dataMovement: "layers that only move data"
    case .other: "other layers"
    }
  }
}
