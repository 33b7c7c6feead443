/// One step of a plan, ready to run: parameters decoded, weights packed, tile and instruction set chosen.
///
/// Built once and run as often as wanted, on any number of threads. A run allocates nothing: what it needs
/// beside its inputs and outputs is asked for here and handed in with the call.
package protocol PreparedKernel: Sendable {
  /// What was chosen, and why, for a reader of the plan.
  var choice: KernelChoice { get }

  /// Parts that must run one after the other. Within a phase the threads share the work without order;
  /// between phases the caller waits for all of them.
  var phases: Int { get }

  /// Working memory of each thread, in bytes, 64-byte aligned, its content undefined at the start of a run.
  var scratchBytesPerThread: Int { get }

  /// Working memory that the threads share and that keeps its content between the phases of one run, in bytes.
  var sharedScratchBytes: Int { get }

  /// Bytes of packed weights that this kernel holds.
  var packedWeightBytes: Int { get }

  /// Into how many parts a phase is cut for each thread, if there are several. A thread that has done its own takes
  /// those that another, perhaps slowed by its neighbours on the machine, has not begun.
  var partsPerThread: Int { get }

  /// Does the part `call.part` of the work in `call.phase`.
  func run(_ call: borrowing KernelCall)
}

extension PreparedKernel {
  package var phases: Int { 1 }
  package var scratchBytesPerThread: Int { 0 }
  package var sharedScratchBytes: Int { 0 }
  package var packedWeightBytes: Int { 0 }
  package var partsPerThread: Int { 4 }
}

/// Where one run of a kernel finds its data, and which share of the work it does.
///
/// The pointers are valid for the sizes that the kernel was prepared with; the plan guarantees it.
package struct KernelCall {
  package var inputs: UnsafePointer<UnsafeRawPointer>
  package var outputs: UnsafePointer<UnsafeMutableRawPointer>
  /// The scratch of the thread that runs this part.
  package var scratch: UnsafeMutableRawPointer
  /// The scratch that all threads share.
  package var sharedScratch: UnsafeMutableRawPointer
  package var phase: Int
  package var part: Int
  package var parts: Int

  package init(
    inputs: UnsafePointer<UnsafeRawPointer>, outputs: UnsafePointer<UnsafeMutableRawPointer>,
    scratch: UnsafeMutableRawPointer, sharedScratch: UnsafeMutableRawPointer,
    phase: Int = 0, part: Int = 0, parts: Int = 1
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.scratch = scratch
    self.sharedScratch = sharedScratch
    self.phase = phase
    self.part = part
    self.parts = parts
  }

  /// The share of `count` equal pieces of work that falls to this part: contiguous, sizes differing by at most one.
  package func share(of count: Int) -> Range<Int> {
    (count * part / parts)..<(count * (part + 1) / parts)
  }
}

/// What a plan tells of a kernel that it chose.
package struct KernelChoice: Sendable, Equatable {
  /// The kernel's name, for example `convolution 3x3 winograd F(4x4)`.
  package var kernel: String
  /// The register tile, for example `14 pixels x 32 channels`; empty where there is none.
  package var tile: String
  package var instructionSet: InstructionSet
  /// Why this one and not another.
  package var reason: String

  package init(kernel: String, tile: String = "", instructionSet: InstructionSet, reason: String = "") {
    self.kernel = kernel
    self.tile = tile
    self.instructionSet = instructionSet
    self.reason = reason
  }
}
