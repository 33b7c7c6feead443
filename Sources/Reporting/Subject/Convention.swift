/// How each figure is counted: the sentence that stands wherever the figure is shown.
package enum Convention: String, Sendable, Hashable, CaseIterable {
  case parameters
  case buffers
  case constants
  case modelSize
  case macs
  case flops
  case elementwiseOperations
  case operations
  case bytesMoved
  case arithmeticIntensity
  case activationsTotal
  case activationsMatrixOutputs
  case activationsAllTensors
  case peakPair
  case peakLiveness
  case peakBlockInput
  case peakArena
  case receptiveField
  case bound
  case latency
  case throughput
  case gigaflopsPerSecond
  case peakMemory
  case coldStart
  case layerTime

  package var sentence: String {
    switch self {
    case .parameters:
      "Elements of trained weights, each tensor once however often it is used."
    case .buffers:
      "Running mean and variance of batch normalisation."
    case .constants:
      "Everything else that is stored: shapes, axes, masks, scalars, quantisation scales and zero points."
    case .modelSize:
      "Bytes of the stored weights in their own types. 1 MB = 1,000,000 bytes, 1 MiB = 1,048,576 bytes."
    case .macs:
      "One multiply and one add of a matrix-like operator. Convolution: output elements × input channels / groups × "
        + "kernel elements, padding positions included; matrix product: output elements × inner extent."
    case .flops:
      "2 × MACs where the operands are floating point. Integer MACs are operations, not FLOPs."
    case .elementwiseOperations:
      "Bias additions, normalisation, activations, pooling, softmax, reductions, resizing, comparisons: one per scalar "
        + "arithmetic operation, exp, division and square root one each."
    case .operations:
      "2 × MACs + elementwise operations."
    case .bytesMoved:
      "Weights read + inputs read + outputs written, each once, layers as they execute (normalisation folded, "
        + "activations fused)."
    case .arithmeticIntensity:
      "Operations / bytes moved."
    case .activationsTotal:
      "The network's inputs and every layer's outputs, each tensor once; normalisation folded, an activation belongs to "
        + "the layer before it, views cost nothing."
    case .activationsMatrixOutputs:
      "Outputs of convolution and matrix layers only."
    case .activationsAllTensors:
      "Every tensor of the file's graph, nothing merged."
    case .peakPair:
      "The largest inputs + outputs of one layer."
    case .peakLiveness:
      "The largest sum of tensors alive at one step of the file's order, skip connections held, an elementwise result "
        + "written over an input that dies there."
    case .peakBlockInput:
      "As peak by liveness, with a residual block's input held through the whole block (MCUNet's count)."
    case .peakArena:
      "Bytes of the arena that the built-in executor plans, offsets and alignment included."
    case .receptiveField:
      "Elements of the input that one output element sees, per spatial axis, over the largest path (Araujo, Norris, Sim "
        + "2019); of the network: that of its last spatial feature map."
    case .bound:
      "Compute-bound if the arithmetic intensity is at least the machine's peak / bandwidth, else memory-bound (roofline)."
    case .latency:
      "Wall-clock time of one run in steady state, warm-up left out. A percentile that the number of samples cannot bear "
        + "is not given."
    case .throughput:
      "Batch size / median latency."
    case .gigaflopsPerSecond:
      "2 × MACs / time, 10⁹ per second."
    case .peakMemory:
      "The process's largest resident memory while running this batch."
    case .coldStart:
      "Loading the file, planning, and the first run; none of it is in the steady-state figures."
    case .layerTime:
      "Median over the timed runs of the same plan that is timed end to end."
    }
  }

  /// The figure's name in a list of conventions.
  package var title: String {
    switch self {
    case .parameters: "Parameters"
    case .buffers: "Buffers"
    case .constants: "Constants"
    case .modelSize: "Model size"
    case .macs: "MAC"
    case .flops: "FLOPs"
    case .elementwiseOperations: "Elementwise operations"
    case .operations: "Operations"
    case .bytesMoved: "Bytes moved"
    case .arithmeticIntensity: "Arithmetic intensity"
    case .activationsTotal: "Activations, total"
    case .activationsMatrixOutputs: "Activations, matrix outputs"
    case .activationsAllTensors: "Activations, all tensors"
    case .peakPair: "Peak, one layer"
    case .peakLiveness: "Peak by liveness"
    case .peakBlockInput: "Peak, block input held"
    case .peakArena: "Peak, planned arena"
    case .receptiveField: "Receptive field"
    case .bound: "Bound"
    case .latency: "Latency"
    case .throughput: "Throughput"
    case .gigaflopsPerSecond: "GFLOP/s"
    case .peakMemory: "Peak memory"
    case .coldStart: "Cold start"
    case .layerTime: "Layer time"
    }
  }

  /// Whether it is of a measured figure.
  var isMeasured: Bool {
    switch self {
    case .bound, .latency, .throughput, .gigaflopsPerSecond, .peakMemory, .coldStart, .layerTime: true
    default: false
    }
  }
}
