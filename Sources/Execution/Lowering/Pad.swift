internal import Kernels
internal import Network
internal import Operators

/// A tensor surrounded by one value, or cropped.
struct PadOperation: RecognizableOperation {
  let before: [Int]
  let after: [Int]
  let bits: UInt64

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation,
      let padding = operation.operator as? any ConstantPadding,
      let input = node.inputs[0], let shape = graph[input].dimensions, !shape.contains(0),
      [8, 16, 32, 64].contains(graph[input].element.bits),
      let pads = try padding.constantPads(graph.factsAndConstants(node))
    else { return nil }
    var bits: UInt64 = 0
    withExtendedLifetime(pads.value) {
      withUnsafeMutableBytes(of: &bits) { target in
        target.copyMemory(
          from: UnsafeRawBufferPointer(start: pads.value.buffer.base, count: graph[input].element.bits / 8))
      }
    }
    var result = node
    result.inputs = [input]
    result.operation = PadOperation(before: pads.before, after: pads.after, bits: UInt64(littleEndian: bits))
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let input = preparation.value(0), let shape = input.dimensions else { return nil }
    return CopyKernel.padding(
      shape, before: before, after: after, bits: bits, valueBytes: input.element.bits / 8)
  }
}
