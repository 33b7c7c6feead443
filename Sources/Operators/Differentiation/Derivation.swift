package import Network

/// What an operator's derivative is written into: nodes, and which of their results is the gradient of which input.
///
/// Only notes them: whoever asked puts them into a graph. The nodes are those of `Derivation.operatorSets`.
package struct Derivation {
  /// Under which the nodes are read; lists of axes are attributes here, which need no constants of their own.
  package static let operatorSets = ["": 12]

  /// A value that the nodes read.
  package enum Term: Sendable, Hashable {
    /// An input or an output of the node that is differentiated.
    case input(Int)
    case output(Int)
    /// The gradient of one of its outputs.
    case gradient(Int)
    case made(step: Int, output: Int)
  }

  package struct Step: Sendable {
    package var operatorName: String
    package var inputs: [Term]
    package var outputCount: Int
    package var attributes: [Attribute]
  }

  /// What is known of the node's inputs and outputs.
  package let inputs: [Fact?]
  package let outputs: [Fact?]
  private let isWanted: [Bool]
  private let hasGradient: [Bool]
  package private(set) var steps: [Step] = []
  /// Gradients of inputs; those of one input are to be added.
  package private(set) var results: [(input: Int, term: Term)] = []

  /// - Parameters:
  ///   - isWanted: for each input whether its gradient is asked for.
  ///   - hasGradient: for each output whether it has a gradient; one at least has.
  package init(inputs: [Fact?], outputs: [Fact?], isWanted: [Bool], hasGradient: [Bool]) {
    self.inputs = inputs
    self.outputs = outputs
    self.isWanted = isWanted
    self.hasGradient = hasGradient
  }

  // MARK: - What rules are made of

  package func wants(_ input: Int) -> Bool { isWanted.indices.contains(input) && isWanted[input] }

  /// The gradient of an output; zeros where the network does not use that output.
  package mutating func gradient(_ output: Int = 0) throws(OperatorError) -> Term {
    if hasGradient.indices.contains(output), hasGradient[output] { return .gradient(output) }
    guard outputs.indices.contains(output), outputs[output] != nil else {
      throw .unsupported("outputs that are left out")
    }
    return try filled(like: .output(output), with: 0)
  }

  /// The result of a node.
  package mutating func apply(_ name: String, _ inputs: Term..., attributes: [Attribute] = []) -> Term {
    apply(name, inputs, attributes)
  }

  package mutating func apply(_ name: String, _ inputs: [Term], _ attributes: [Attribute] = []) -> Term {
    applyAll(name, inputs, attributes, outputCount: 1)[0]
  }

  /// The results of a node that has several.
  package mutating func applyAll(
    _ name: String, _ inputs: [Term], _ attributes: [Attribute], outputCount: Int
  ) -> [Term] {
    steps.append(
      Step(operatorName: name, inputs: inputs, outputCount: outputCount, attributes: attributes))
    return (0..<outputCount).map { .made(step: steps.count - 1, output: $0) }
  }

  /// A tensor of the shape of `term`, and of the type of the node's first floating-point output, with one value in every place.
  package mutating func filled(like term: Term, with value: Double) throws(OperatorError) -> Term {
    guard let element = outputs.lazy.compactMap({ $0?.tensor?.element }).first(where: \.isFloatingPoint)
    else { throw .unsupported("the gradient of what is no floating-point number") }
    // A double is stored as such; of the narrower types every one is rounded from a float.
    let isDouble = element == .float64
    let bytes =
      isDouble
      ? withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
      : withUnsafeBytes(of: Float(value).bitPattern.littleEndian, Array.init)
    let tensor = Tensor(element: isDouble ? .float64 : .float32, dimensions: [1], storage: .bytes(bytes))
    let all = apply(
      "ConstantOfShape", apply("Shape", term), attributes: [Attribute("value", .tensor(tensor))])
    return isDouble || element == .float32 ? all : cast(all, to: element)
  }

  package mutating func cast(_ term: Term, to element: ElementType) -> Term {
    apply("Cast", term, attributes: [Attribute("to", .integer(Int(element.rawValue)))])
  }

  /// `term` under the shape of another value with as many elements.
  package mutating func reshaped(_ term: Term, like other: Term) -> Term {
    apply("Reshape", term, apply("Shape", other), attributes: [Attribute("allowzero", .integer(1))])
  }

  /// `term` with new axes of extent 1 at the given places of the result.
  package mutating func unsqueezed(_ term: Term, _ axes: [Int]) -> Term {
    axes.isEmpty ? term : apply("Unsqueeze", term, attributes: [Attribute("axes", .integers(axes))])
  }

  package mutating func summed(_ term: Term, over axes: [Int], keepsAxes: Bool) -> Term {
    axes.isEmpty
      ? term
      : apply(
        "ReduceSum", term,
        attributes: [Attribute("axes", .integers(axes)), Attribute("keepdims", .integer(keepsAxes ? 1 : 0))])
  }

  /// The sum over the axes along which `shape` was stretched to `whole`: an element that was used in many places has the
  /// gradients of all of them.
  package mutating func unstretched(
    _ term: Term, from whole: Shape?, to shape: Shape?, input: Int
  ) throws(OperatorError) -> Term {
    guard let whole, let shape else { throw .needsValue(input: input) }
    let added = whole.rank - shape.rank
    guard added >= 0 else { throw .unsupported("broadcasting along axes in the middle") }
    var stretched: [Int] = []
    for axis in 0..<shape.rank {
      switch (shape[axis], whole[added + axis]) {
      case (1?, let extent?): if extent != 1 { stretched.append(axis) }
      case (let own?, let extent?):
        guard own == extent else { throw .unsupported("broadcasting along axes in the middle") }
      // What is not 1 is not stretched, and has the extent of the whole.
      case (let own?, nil) where own != 1: break
      default: throw .needsValue(input: input)
      }
    }
    let aligned = summed(term, over: Array(0..<added), keepsAxes: false)
    return summed(aligned, over: stretched, keepsAxes: true)
  }

  // MARK: - Gradients of inputs

  /// The gradient of an input, made only if it is asked for.
  package mutating func give(
    _ input: Int, _ make: (inout Derivation) throws(OperatorError) -> Term
  ) throws(OperatorError) {
    guard wants(input) else { return }
    results.append((input, try make(&self)))
  }

  /// The same of an input that was stretched to the shape of the first output.
  package mutating func giveStretched(
    _ input: Int, _ make: (inout Derivation) throws(OperatorError) -> Term
  ) throws(OperatorError) {
    guard wants(input) else { return }
    let term = try make(&self)
    let whole = outputs.first??.shape
    results.append((input, try unstretched(term, from: whole, to: inputs[input]?.shape, input: input)))
  }

  /// The gradient of the first input as that of the first output times a factor, for functions of one number.
  package mutating func giveProduct(
    _ factor: (inout Derivation) throws(OperatorError) -> Term
  ) throws(OperatorError) {
    try give(0) { d throws(OperatorError) in
      let slope = try factor(&d)
      return d.apply("Mul", .gradient(0), slope)
    }
  }
}
