internal import Network
internal import Operators

/// What a stored tensor is to the network.
enum ParameterClass: Int, Comparable, Sendable {
  /// A shape, an axis, a mask, a scalar, a quantisation scale ...
  case constant
  /// Batch normalisation's running mean or variance.
  case buffer
  case learnable

  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What each operator's stored inputs are for: settings, statistics or weights.
enum ParameterUse {
  /// The class of a stored tensor that a node reads as input `place` while the network runs.
  static func of(_ type: TensorType, readBy node: Node, at place: Int, role: Role) -> ParameterClass {
    let name = node.operatorName
    if let packed = quantizedWeights[name] {
      return packed.contains(place) ? .learnable : .constant
    }
    guard type.element.isFloatingPoint else { return .constant }
    if name == "BatchNormalization" && place >= 3 { return .buffer }
    if role == .matrixLayer || role == .normalization || affine.contains(name) { return .learnable }
    if settings[name]?.contains(place) ?? false { return .constant }
    return (type.elementCount ?? 0) > 1 ? .learnable : .constant
  }

  /// Inputs that carry the elements on to the output, for a node that is itself computed from stored tensors.
  static func isCarried(_ place: Int, by node: Node) -> Bool {
    switch node.operatorName {
    case "DequantizeLinear", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Identity", "Cast",
      "CastLike",
      "Slice",
      "Expand", "Split", "Pad", "Gather", "Tile":
      place == 0
    case "Shape", "Size", "ConstantOfShape", "Range", "OneHot", "Scatter", "ScatterElements", "ScatterND":
      false
    default: true
    }
  }

  /// Whether a node only reads how large its input is.
  static func isMeasured(by node: Node) -> Bool {
    node.operatorName == "Shape" || node.operatorName == "Size"
  }

  /// What a stored value that a node reads at `place` may be besides a parameter, if its content is such.
  static func guises(readBy node: Node, at place: Int) -> ParameterWalk.Guises {
    if masking.contains(node.operatorName) { return .mask }
    return node.operatorName == "InstanceNormalization" && place == 1 ? .unitScale : []
  }

  /// Operators that masks are put over scores with.
  private static let masking: Set<String> = ["Add", "Sub", "Where", "Max", "Min"]

  /// Operators whose weights are integers, with the inputs that hold them; the other inputs are scales and zero points.
  private static let quantizedWeights: [String: Set<Int>] = [
    "ConvInteger": [1], "MatMulInteger": [0, 1], "QLinearConv": [3, 8], "QLinearMatMul": [0, 3],
    "QGemm": [0, 3, 6],
    "DynamicQuantizeLSTM": [1, 2, 3, 7], "MatMulNBits": [1, 5], "GatherBlockQuantized": [0],
    "DequantizeLinear": [0],
  ]

  /// Normalisations and activations whose stored inputs are all trained, even where they are a single number.
  private static let affine: Set<String> = [
    "LayerNormalization", "InstanceNormalization", "GroupNormalization", "RMSNormalization",
    "SimplifiedLayerNormalization", "SkipLayerNormalization", "SkipSimplifiedLayerNormalization", "PRelu",
  ]

  /// Floating-point inputs that set an operator up.
  private static let settings: [String: Set<Int>] = [
    "Clip": [1, 2], "Pad": [2], "Resize": [1, 2], "Upsample": [1], "Dropout": [1], "Range": [0, 1, 2],
    "OneHot": [2], "QuantizeLinear": [1, 2], "NonMaxSuppression": [3, 4], "Where": [1, 2], "Equal": [0, 1],
    "Less": [0, 1], "Greater": [0, 1], "LessOrEqual": [0, 1], "GreaterOrEqual": [0, 1], "Max": [0, 1],
    "Min": [0, 1],
    "Pow": [1],
  ]
}
