/// How each figure is counted: one sentence each, printed wherever the figure is.
package enum Conventions {
  /// The figure's name in the report and its sentence, in the order in which they are told.
  package static let all: [(figure: String, sentence: String)] = [
    ("parameters.learnable", learnable), ("parameters.buffers", buffers), ("parameters.constants", constants),
    ("modelSize", modelSize), ("macs", macs), ("flops", flops),
    ("elementwiseOperations", elementwiseOperations), ("operations", operations), ("bytesMoved", bytesMoved),
    ("layers", layers), ("activations.total", total), ("activations.matrixOutputs", matrixOutputs),
    ("activations.allTensors", allTensors), ("activations.peak.pair", peakPair),
    ("activations.peak.liveness", peakLiveness), ("activations.peak.blockInput", peakBlockInput),
    ("activations.peak.arena", peakArena), ("receptiveField", receptiveField), ("completeness", completeness),
  ]

  package static let learnable = """
    Elements of trained weights, each tensor once however often it is used; a graph whose batch normalisation is folded \
    has other weights than the trained network.
    """
  package static let buffers = "Elements of batch normalisation's running means and variances."
  package static let constants = """
    Elements of everything else that the file stores: shapes, axes, masks, scalars, quantisation scales and zero points.
    """
  package static let modelSize = """
    Bytes of the learnable tensors and buffers in their own types, and the bytes of the file itself; \
    1 MB = 1,000,000 bytes, 1 MiB = 1,048,576 bytes.
    """
  package static let macs = """
    One multiply and one add of a matrix-like operator; padding positions are counted, causal attention in full, \
    biases not.
    """
  package static let flops = "2 x MACs with floating-point operands; integer MACs are operations, not FLOPs."
  package static let elementwiseOperations = """
    One per scalar arithmetic operation outside the MACs: biases, normalisation, activations, pooling, softmax, reductions, \
    resizing; exp and division count as one.
    """
  package static let operations = "2 x MACs + elementwise operations."
  package static let bytesMoved = """
    Weights read, inputs read and outputs written once per layer, as executed with normalisation and activation fused.
    """
  package static let layers = """
    As executed: batch normalisation behind a matrix layer is folded into it, element-by-element work that follows a \
    layer alone belongs to it, and views (Reshape, Flatten ...) cost nothing.
    """
  package static let total = """
    Elements of the network's inputs and of every layer's outputs, each tensor once; results written over an input that dies \
    there are not counted again.
    """
  package static let matrixOutputs =
    "Elements of the outputs of convolution and matrix layers alone, as fvcore and timm count."
  package static let allTensors =
    "Elements of every tensor of the file's graph that depends on the inputs, nothing merged."
  package static let peakPair = """
    The largest inputs and outputs of one layer, skip connections not held; layers that write over their input are left out.
    """
  package static let peakLiveness = """
    The largest sum of tensors alive at one layer in the file's order, skip connections held, an element-by-element result \
    written over an input that dies there.
    """
  package static let peakBlockInput = """
    As peak.liveness, with the input of an inverted bottleneck held to the block's end whether or not it has a skip \
    connection, as MCUNet counts.
    """
  package static let peakArena =
    "Bytes of the arena that the built-in executor plans, offsets and alignment included."
  package static let receptiveField = """
    Elements of the input that one element of the last spatial feature map sees, along the largest path; gates that only scale \
    (squeeze-and-excitation) are left out and named.
    """
  package static let completeness = """
    Operators without a rule or with unknown extents are named, and the totals are then lower bounds.
    """
}
