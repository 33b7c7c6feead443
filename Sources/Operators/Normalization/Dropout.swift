internal import Network

/// The input itself, unless the node trains: then elements are set to zero at random and the others scaled up.
///
/// The ratio is an attribute up to version 11 and an input from 12 on, as is the mode. Elements are dropped as ONNX's
/// reference drops them, which the standard leaves open: by numpy's generator, seeded with the node's `seed` or 0.
package struct Dropout: Operator {
  package static let name = "Dropout"
  package let role: Role
  private let version: Int
  private let isTest: Bool
  private let seed: Int

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    version = attributes.version
    // Version 1 and 6 drop unless told that they test; a file for inference often does not bother to say.
    isTest = attributes.version < 7 ? try attributes.flag("is_test") || attributes.outputCount < 2 : true
    seed = attributes.version >= 12 ? try attributes.integer("seed", default: 0) : 0
    // Whether it trains may be known only in a run.
    role = attributes.version >= 12 && attributes.inputCount > 2 ? .activation : .view
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    for index in 1...2 {
      if let count = try inputs.optionalTensor(index)?.elementCount, count != 1 {
        throw .shape(input: index, reason: "not a scalar")
      }
    }
    // The mask has the data's own type before version 10.
    return [Fact(.tensor(input)), Fact(version < 10 ? input.element : .bool, input.shape)]
  }

  /// Nothing for inference; in training a draw, a comparison and a product for each element.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard version >= 12, inputs.count > 2, let mode = inputs[2], mode.constant?.integers?.first != 0 else {
      return .free
    }
    return try .elementwise(outputs.first?.tensor, 3)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    if try isTraining(context) { return try drop(context) }
    context.forward(context.inputs[0], to: 0)
    guard context.wants(1) else { return }
    let input = try context.input(0)
    let mask = try context.output(1, types[1].element, input.dimensions)
    if types[1].element == .bool {
      mask.mutableElements(as: UInt8.self).update(repeating: 1)
    } else {
      let ones = Array(repeating: Float(1), count: input.elementCount)
      try ones.withUnsafeBufferPointer { buffer throws(OperatorError) in try mask.store(buffer, input: 0) }
    }
  }

  private func drop(_ context: KernelContext) throws(OperatorError) {
    guard version >= 12 else { throw .unsupported("dropping elements at random in this version") }
    let input = try context.input(0)
    let ratio = try context.optionalInput(1)?.doubles(input: 1).first ?? 0.5
    guard ratio >= 0, ratio < 1 else { throw .value(input: 1, reason: "\(ratio) is not a ratio below 1") }
    let output = try context.output(0, input.element, input.dimensions)
    let mask = context.wants(1) ? try context.output(1, .bool, input.dimensions) : nil
    let kept = mask?.mutableElements(as: UInt8.self)
    var generator = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
    var values = try input.doubles(input: 0)
    for index in values.indices {
      let isKept = generator.uniform() >= ratio
      kept?[index] = isKept ? 1 : 0
      values[index] = isKept ? values[index] / (1 - ratio) : 0
    }
    output.store(values)
  }

  private func isTraining(_ context: KernelContext) throws(OperatorError) -> Bool {
    guard version >= 12 else { return !isTest }
    guard let mode = try context.optionalInput(2), mode.element == .bool, mode.elementCount == 1,
      mode.elements(as: UInt8.self)[0] != 0
    else { return false }
    guard let ratio = try context.optionalInput(1) else { return true }
    return try ratio.doubles(input: 1).first != 0
  }
}
