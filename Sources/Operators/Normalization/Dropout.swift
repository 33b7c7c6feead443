internal import Network

/// The input itself, unless the node trains: then elements are set to zero at random and the others scaled up.
///
/// The ratio is an attribute up to version 11 and an input from 12 on, as is the mode. Training needs random numbers that
/// no other program would draw alike, so it is described here and not run, except where the ratio is 0.
package struct Dropout: Operator {
  package static let name = "Dropout"
  package let role = Role.view
  private let version: Int
  private let isTest: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    version = attributes.version
    // Version 1 and 6 drop unless told that they test; a file for inference often does not bother to say.
    isTest = attributes.version < 7 ? try attributes.flag("is_test") || attributes.outputCount < 2 : true
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

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    if try isTraining(context) { throw .unsupported("dropping elements at random") }
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

  private func isTraining(_ context: KernelContext) throws(OperatorError) -> Bool {
    guard version >= 12 else { return !isTest }
    guard let mode = try context.optionalInput(2), mode.element == .bool, mode.elementCount == 1,
      mode.elements(as: UInt8.self)[0] != 0
    else { return false }
    guard let ratio = try context.optionalInput(1) else { return true }
    return try context.values(of: ratio, as: Float.self, input: 1)[0] != 0
  }
}
