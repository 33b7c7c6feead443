package import Kernels

/// What a plan is made for.
package struct PlanOptions: Sendable {
  package var instructionSet: InstructionSet
  /// Threads that run the plan: those asked for, at most as many as there are cores.
  package var threads: Int
  /// Bytes that the activations and the kernels' working memory may take.
  package var memoryLimit: Int
  /// Whether passes that change the order of arithmetic or the layout run; without them each node of the file is a step.
  package var isOptimized: Bool
  /// Whether every sum is taken as the operator defines it, without Winograd's algorithm.
  package var isExact: Bool

  package init(
    instructionSet: InstructionSet = .native, threads: Int = 1, memoryLimit: Int = 64 << 30,
    isOptimized: Bool = true, isExact: Bool = false
  ) {
    self.isExact = isExact
    self.instructionSet = instructionSet
    self.threads = max(1, min(threads, ThreadPool.availableCores))
    self.memoryLimit = memoryLimit
    self.isOptimized = isOptimized
  }
}
