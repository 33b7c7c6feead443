internal import Kernels
internal import Network
internal import Operators

/// What a node of a plan does, and how it becomes a step.
protocol PlannedOperation: Sendable {
  /// What the node asks of the layouts of its inputs and output.
  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule

  /// What the node asks of the layouts of 8-bit numbers; nil for nodes that take and make row-major tensors.
  func byteLayoutRule(_ node: PlanNode, _ graph: PlanGraph) -> ByteLayoutRule?

  /// Inputs over whose memory the first output may be written, if their content is not needed afterwards and both lie
  /// in memory alike.
  var overwritableInputs: [Int] { get }

  /// Inputs that should have the output's border.
  func inputsInOutputLayout(_ node: PlanNode, _ graph: PlanGraph) -> [Int]

  /// The kernel that runs the node, or nil if only the operator's own `run` does.
  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)?

  /// The operation with `activation` applied to its result, if it can do that in the same step.
  func absorbing(_ activation: UnaryFunction) -> (any PlannedOperation)?

  /// The operation with a tensor of the result's shape added before its activation; that tensor becomes the last input.
  func absorbingResidual() -> (any PlannedOperation)?

  /// The operation with its result times `scale` plus `shift`, one number of each for each channel (axis 1).
  func absorbing(scale: [Float], shift: [Float]) -> (any PlannedOperation)?

  /// The operation with a vector along the last axis added to its result.
  func absorbing(bias: [Float]) -> (any PlannedOperation)?

  /// Whether weights that the node has taken out of its inputs were made up.
  var holdsSyntheticWeights: Bool { get }

  /// The operator whose `run` executes the node where no kernel is prepared.
  var fallback: (any Operator)? { get }
}

extension PlannedOperation {
  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule { .plain }
  func byteLayoutRule(_ node: PlanNode, _ graph: PlanGraph) -> ByteLayoutRule? { nil }
  var overwritableInputs: [Int] { [] }
  func inputsInOutputLayout(_ node: PlanNode, _ graph: PlanGraph) -> [Int] { [] }
  func absorbing(_ activation: UnaryFunction) -> (any PlannedOperation)? { nil }
  func absorbingResidual() -> (any PlannedOperation)? { nil }
  func absorbing(scale: [Float], shift: [Float]) -> (any PlannedOperation)? { nil }
  func absorbing(bias: [Float]) -> (any PlannedOperation)? { nil }
  var holdsSyntheticWeights: Bool { false }
  var fallback: (any Operator)? { nil }
}

/// An operation that stands for nodes of the file.
protocol RecognizableOperation: PlannedOperation {
  /// The node with this operation in place of the file's operator, or nil if it is another.
  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode?
}

/// What a node asks of layouts.
enum LayoutRule: Sendable, Equatable {
  /// All row-major.
  case plain
  /// Makes a blocked output from blocked images with at least the given halo; nil stands for inputs that stay row-major.
  /// `takesPlanar`: a first input that is row-major is read as it is.
  case blocked(halos: [Int?], takesPlanar: Bool = false)
  /// Reads a blocked image and makes a row-major output.
  case blockedToPlain
  /// Blocked if all inputs of the output's own shape are, row-major otherwise.
  case follows(halos: [Int?])
}

/// What a lowering has at hand.
struct Preparation {
  let node: PlanNode
  let graph: PlanGraph
  let options: PlanOptions

  func value(_ input: Int) -> PlanValue? {
    guard input < node.inputs.count, let id = node.inputs[input] else { return nil }
    return graph[id]
  }

  var output: PlanValue? { node.output.map { graph[$0] } }

  func layout(_ input: Int) -> BlockedLayout? { value(input)?.layout.blocked }
  var outputLayout: BlockedLayout? { output?.layout.blocked }

  func bytes(_ input: Int) -> ByteImageLayout? { value(input)?.layout.bytes }
  var outputBytes: ByteImageLayout? { output?.layout.bytes }
}

/// An operator of the file that no pass has understood: it runs by its own kernel.
struct FileOperation: PlannedOperation {
  let `operator`: any Operator
  let name: String
  let domain: String
  let attributes: AttributeReader

  var fallback: (any Operator)? { `operator` }
  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? { nil }

  /// Whether this is the operator `name` of ai.onnx.
  func isNamed(_ name: String) -> Bool { domain.isEmpty && self.name == name }
}

/// The same bytes under other extents: takes no step and no memory.
struct ViewOperation: PlannedOperation {
  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? { nil }
}

extension PlanNode {
  /// The operator's name if the node is still as the file has it, and one of ai.onnx.
  var fileOperator: String? {
    guard let operation = operation as? FileOperation, operation.domain.isEmpty else { return nil }
    return operation.name
  }

  var attributes: AttributeReader? { (operation as? FileOperation)?.attributes }
}

extension PlanGraph {
  /// The extents of a node's input; nil if it is left out or they are not known.
  func dimensions(_ node: PlanNode, _ input: Int) -> [Int]? {
    guard input < node.inputs.count, let id = node.inputs[input] else { return nil }
    return self[id].dimensions
  }

  /// Whether an input holds 32-bit floats.
  func isFloat(_ node: PlanNode, _ input: Int) -> Bool {
    guard input < node.inputs.count, let id = node.inputs[input] else { return false }
    return self[id].element == .float32
  }

  /// The content of a constant input of floats.
  func floats(_ node: PlanNode, _ input: Int) throws(OperatorError) -> [Float]? {
    guard input < node.inputs.count, let id = node.inputs[input], self[id].element == .float32,
      let tensor = try self[id].constant?.load()
    else { return nil }
    return Array(tensor.elements(as: Float.self))
  }

  func constant(_ node: PlanNode, _ input: Int) -> Constant? {
    guard input < node.inputs.count, let id = node.inputs[input] else { return nil }
    return self[id].constant
  }

  /// What is known of a node's inputs, as operators take it.
  func facts(_ values: [ValueID?]) -> [Fact?] {
    values.map { id in
      id.map { id in Fact(self[id].element, self[id].dimensions.map { Shape($0) }) }
    }
  }

  /// What is known of a node's inputs, with the content of all constants but the first input's.
  func factsAndConstants(_ node: PlanNode) throws(OperatorError) -> InferenceInputs {
    var facts = facts(node.inputs)
    for index in node.inputs.indices.dropFirst() {
      if let tensor = try constant(node, index)?.load() { facts[index] = Fact(tensor) }
    }
    return InferenceInputs(facts)
  }
}
