import Network

/// What a file of TensorFlow Lite says, its tables as values. Field numbers and codes are those of `schema.fbs`.
struct LiteModel {
  var version = 3
  var producer = ""
  var subgraphs: [LiteSubgraph] = []
  /// Where the data of each buffer lies; nil where it has none.
  var buffers: [Range<Int>?] = []
  var metadata: [Metadata] = []
  var findings: [Finding] = []
  var file: MappedFile
}

struct LiteSubgraph {
  var name = ""
  var tensors: [LiteTensor] = []
  /// Indices into `tensors`, which are in range; so are those of operators.
  var inputs: [Int] = []
  var outputs: [Int] = []
  var operators: [LiteOperator] = []
}

struct LiteTensor {
  var name = ""
  /// As it was when the file was written; no extent is negative.
  var shape: [Int] = []
  /// The same with -1 where an extent is not fixed.
  var signature: [Int] = []
  /// Whether an empty shape is that of a scalar and not one that nobody knows.
  var hasRank = false
  var type = LiteType.float32
  /// nil for a type that ONNX does not have.
  var element: ElementType? = .float32
  var data: Data = .none
  var quantization = Quantization()
  var isVariable = false
  var isSparse = false
  var offset = 0

  enum Data {
    case none
    case mapped(Range<Int>)
    case external(Tensor.Storage)
  }

  struct Quantization {
    var scales: [Float] = []
    var zeroPoints: [Int] = []
    var axis = 0
    /// Scales per block, which stand in another tensor.
    var isBlockwise = false
  }

  var isConstant: Bool {
    if case .none = data { false } else { true }
  }

  /// Whether its integers stand for `scale * (q - zero point)`.
  var isQuantized: Bool {
    guard !quantization.scales.isEmpty, let element else { return false }
    switch element {
    case .int8, .uint8, .int16, .int4, .uint4, .int2, .uint2: return true
    default: return false
    }
  }

  var rank: Int { shape.count }
  var byteCount: Int? {
    element.flatMap { element in Shape(shape).elementCount.flatMap(element.byteCount(of:)) }
  }
  var hasKnownRank: Bool { hasRank || isConstant || !shape.isEmpty }

  /// Extents, nil where they are not fixed.
  var extents: [Int?] {
    shape.indices.map { $0 < signature.count && signature[$0] < 0 ? nil : shape[$0] }
  }
}

struct LiteOperator {
  /// `CONV_2D`, or the name of a custom operator.
  var name = ""
  /// The code of a builtin operator; nil for custom ones.
  var code: Int?
  /// -1 where an optional input is left out.
  var inputs: [Int] = []
  var outputs: [Int] = []
  var options: FlatTable?
  /// Options of operators that came later.
  var laterOptions: FlatTable?
  var offset = 0
}

/// Types of tensors in the schema that are spoken of by name.
enum LiteType: Int {
  case float32 = 0
  case float16 = 1
  case int32 = 2
  case uint8 = 3
  case int64 = 4
  case string = 5
  case bool = 6
  case int16 = 7
  case complex64 = 8
  case int8 = 9
  case float64 = 10
  case complex128 = 11
  case uint64 = 12
  case resource = 13
  case variant = 14
  case uint32 = 15
  case uint16 = 16
  case int4 = 17
  case bfloat16 = 18
  case int2 = 19
  case uint4 = 20
  case float8E4M3FN = 21
  case float8E5M2 = 22

  var element: ElementType? {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .int32: .int32
    case .uint8: .uint8
    case .int64: .int64
    case .string: .string
    case .bool: .bool
    case .int16: .int16
    case .complex64: .complex64
    case .int8: .int8
    case .float64: .float64
    case .complex128: .complex128
    case .uint64: .uint64
    case .resource, .variant: nil
    case .uint32: .uint32
    case .uint16: .uint16
    case .int4: .int4
    case .bfloat16: .bfloat16
    case .int2: .int2
    case .uint4: .uint4
    case .float8E4M3FN: .float8E4M3FN
    case .float8E5M2: .float8E5M2
    }
  }
}
