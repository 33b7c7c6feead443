package import Network

/// One kind of node: what it produces, what it costs, what it sees, how it runs.
///
/// An instance is one node's attributes, decoded once for the node's operator set version. Only `infer` is required;
/// a rule that is not written answers "unknown", never zero.
package protocol Operator: Sendable {
  /// ONNX's name of the operator, for example `Conv`.
  static var name: String { get }
  /// Empty for ai.onnx.
  static var domain: String { get }

  /// Decodes and checks the attributes.
  init(_ attributes: borrowing AttributeReader) throws(OperatorError)

  /// What the node produces: the place that validates the inputs. One entry for each output that the node has or
  /// could have; the caller takes as many as the node names.
  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact]

  /// The work of one execution; nil where nobody has written the rule or an extent is unknown.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost?

  /// How far an element of the first output sees into input `index`.
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach

  /// How a node of this kind takes part in layers.
  var role: Role { get }

  /// The operator itself if it is scaled dot-product attention; nil for all others.
  var attention: (any AttentionOperator)? { get }

  /// Runs the node on dense row-major data of every type that it supports: used to fold constants, to run what has no
  /// prepared kernel, and as the reference that prepared kernels are tested against.
  func run(_ context: KernelContext) throws(OperatorError)
}

extension Operator {
  package static var domain: String { "" }
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { nil }
  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .unknown }
  package var role: Role { .layer }
  package var attention: (any AttentionOperator)? { nil }
  package func run(_ context: KernelContext) throws(OperatorError) { throw .noKernel }
}

/// How nodes of a kind form layers (see `metrics.md`, section 3 in the project's notes, and ARCHITECTURE.md).
package enum Role: Sendable, Equatable {
  /// A layer whose work is a matrix product: convolution, fully connected, attention, recurrent. Normalisation, bias and
  /// activation that follow belong to it.
  case matrixLayer
  /// A layer of its own: pooling, softmax, concatenation, resizing ...
  case layer
  /// Applied to each element by itself, one tensor in, same shape out: belongs to the layer before it.
  case activation
  /// Batch normalisation in inference form: folded into the matrix layer before it.
  case normalization
  /// Combines tensors element by element (Add, Mul ...): may write over an input that dies there.
  case elementwise
  /// The same elements under another shape or name: costs nothing.
  case view
  /// Its result does not depend on the data of the network's inputs (Constant, Shape ...).
  case constant
}

/// The work of one execution of a node.
package struct Cost: Sendable, Equatable {
  /// Multiply-accumulates of matrix-like operators.
  package var macs: Int
  /// Scalar operations beside the MACs, as `metrics.md` 2 counts them.
  package var elementwiseOperations: Int
  /// Of `macs`, those that a causal mask leaves needed; nil where there is no such mask.
  package var causalMACs: Int?

  package init(macs: Int = 0, elementwiseOperations: Int = 0, causalMACs: Int? = nil) {
    self.macs = macs
    self.elementwiseOperations = elementwiseOperations
    self.causalMACs = causalMACs
  }

  package static let free = Cost()

  /// `perElement` operations for each element of `type`; nil if its extents are unknown.
  package static func elementwise(_ type: TensorType?, _ perElement: Int = 1) throws(OperatorError) -> Cost? {
    guard let count = type?.elementCount else { return nil }
    return Cost(elementwiseOperations: try product(count, perElement))
  }
}

/// How far one output element sees, along the spatial axes (those after batch and channel), in elements of the input.
package enum Reach: Sendable, Equatable {
  /// The element at the same place.
  case same
  /// `kernel`, `strides`, `dilations` and `padding` (at the start) of a sliding window, one entry per spatial axis.
  case window(kernel: [Int], strides: [Int], dilations: [Int], padding: [Int?])
  /// The inverse: each input element is spread over `kernel` outputs, `strides` apart.
  case transposedWindow(kernel: [Int], strides: [Int], dilations: [Int], padding: [Int?])
  /// Resampling: output extents over input extents per spatial axis, and how many input elements one output element reads.
  case resample(scale: [Double], support: [Int])
  /// A part of the input moved by a fixed number of elements: output element p reads input element `p * strides + offset`.
  case shifted(offset: [Int], strides: [Int])
  /// Everything: global pooling, attention, a dense layer on a flattened map.
  case whole
  /// The input carries no spatial data (a weight, a shape).
  case none
  case unknown
}
