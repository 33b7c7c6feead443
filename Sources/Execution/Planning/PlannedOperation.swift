internal import Kernels
internal import Network
internal import Operators

/// What a node of a plan does, and how it becomes a step.
protocol PlannedOperation: Sendable {
  /// What the node asks of the layouts of its inputs and output.
  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule

  /// Inputs over whose memory the first output may be written, if their content is not needed afterwards and both lie
  /// in memory alike.
  var overwritableInputs: [Int] { get }

  /// The kernel that runs the node, or nil if only the operator's own `run` does.
  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)?

  /// Whether weights that the node has taken out of its inputs were made up.
  var holdsSyntheticWeights: Bool { get }

  /// The operator whose `run` executes the node where no kernel is prepared.
  var fallback: (any Operator)? { get }
}

extension PlannedOperation {
  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule { .plain }
  var overwritableInputs: [Int] { [] }
  var holdsSyntheticWeights: Bool { false }
  var fallback: (any Operator)? { nil }
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
