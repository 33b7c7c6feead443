package import Kernels
package import Network
internal import Operators

/// The place of a step in its plan.
package struct StepID: Hashable, Sendable {
  package let index: Int
  package init(_ index: Int) { self.index = index }
}

/// A network made ready to run for fixed extents: kernels chosen, weights packed, memory laid out.
///
/// A value that many executors may share; it holds the weights, an executor holds the arena.
package struct Plan: Sendable {
  package var steps: [Step]
  package var inputs: [Port]
  package var outputs: [Port]
  /// Bytes that activations and the working memory of each step take, alignment included, and the most of both that is alive
  /// at once, below which no arena can be.
  package var arenaBytes: Int
  package var arenaLowerBoundBytes: Int
  /// Bytes of the weights in the forms in which kernels hold them.
  package var packedWeightBytes: Int
  /// Bytes of constants that steps read in place, for example an embedding table in the mapped file.
  package var constantBytes: Int
  /// The threads that run it.
  package var threads: Int
  /// Whether weights that the file does not hold were made up.
  package var usesSyntheticWeights: Bool

  var constants: [DenseTensor]

  /// Whether 16-bit floats are brought into 32 bits to be computed with.
  package var widensFloats: Bool {
    steps.contains { step in
      if case .prepared(let kernel as SixteenBitConversion) = step.work { kernel.isWidening } else { false }
    }
  }

  /// An input or output of the network.
  package struct Port: Sendable {
    package var name: String
    package var element: ElementType
    package var dimensions: [Int]
    var location: Location

    package var type: TensorType { TensorType(element, Shape(dimensions)) }
  }

  /// Where a step finds a tensor.
  enum Location: Sendable, Equatable {
    /// Bytes from the arena's start.
    case arena(Int)
    case constant(Int)
    case input(Int)
  }
}

/// One call while the network runs.
package struct Step: Sendable {
  /// The name of the first node of the file in it.
  package var name: String
  /// The nodes of the file whose work it does. Empty for a change of layout.
  package var nodes: [NodeID]
  /// Their operators in order.
  package var operators: [String]
  package var inputs: [Operand?]
  package var outputs: [Operand?]
  /// Where its working memory begins in the arena, in bytes from the start.
  var scratch: Int
  var work: Work

  /// A tensor that a step reads or writes.
  package struct Operand: Sendable {
    package var name: String
    package var element: ElementType
    package var dimensions: [Int]
    package var blockedLayout: BlockedLayout?
    /// Neither: dense and row-major.
    package var byteLayout: ByteImageLayout?
    var location: Plan.Location
  }

  enum Work: Sendable {
    case prepared(any PreparedKernel)
    case general(any Operator)
  }

  /// The kernel chosen for it; nil where the operator's general kernel runs.
  package var choice: KernelChoice? {
    if case .prepared(let kernel) = work { kernel.choice } else { nil }
  }
}

extension Plan {
  /// The layers whose nodes each step executes, in order: for layers given by their nodes.
  ///
  /// A step may cover several layers (a residual addition fused into a convolution), a layer several steps; a step
  /// without nodes belongs to the layers of the step that follows.
  package func layers(ofSteps layers: [[NodeID]]) -> [[Int]] {
    var layerOfNode: [NodeID: Int] = [:]
    for (index, nodes) in layers.enumerated() {
      for node in nodes { layerOfNode[node] = index }
    }
    var result = steps.map { step in Set(step.nodes.compactMap { layerOfNode[$0] }).sorted() }
    for index in result.indices.dropLast().reversed() where steps[index].nodes.isEmpty {
      result[index] = result[index + 1]
    }
    return result
  }
}
