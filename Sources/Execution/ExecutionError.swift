package import Network
package import Operators

/// Why a network cannot be planned or run. Data only; words are made at the edge.
package enum ExecutionError: Error, Equatable, Sendable {
  /// No operator of this name is known; `node` is its name or that of its first output.
  case unknownOperator(node: String, domain: String, name: String)
  /// A node cannot run.
  case node(String, operatorName: String, OperatorError)
  /// The extents of a value follow only from data of the run, or it is no tensor: a plan cannot hold it, the
  /// interpreter can.
  case notStatic(value: String)
  /// The network has no input of this name.
  case noInput(String)
  /// Nobody gave a value for this input.
  case inputNotSet(String)
  case inputType(name: String, expected: TensorType, found: TensorType)
  /// The network has no output of this name.
  case noOutput(String)
  /// The activations need more memory than is allowed.
  case memoryLimit(bytes: Int, limit: Int)
  /// The operating system refused the memory.
  case outOfMemory(bytes: Int)
}
