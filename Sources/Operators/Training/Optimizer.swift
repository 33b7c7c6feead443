internal import Network

/// One step of an optimizer over any number of tensors.
///
/// Inputs: learning rate, number of updates so far, then the tensors, then their gradients, then each kind of state in the
/// same order. Outputs: the new tensors, then the new states.
protocol Optimizer: RealOperator {
  /// Tensors of state for each tensor that is optimized.
  static var stateCount: Int { get }
  /// Scalar operations for one element.
  var operationsPerElement: Int { get }
  /// Steps element by element: `x` and `states` are read and written.
  func step<Value: Real>(
    rate: Value, updates: Int, gradient: UnsafeBufferPointer<Value>, _ x: UnsafeMutableBufferPointer<Value>,
    _ states: [UnsafeMutableBufferPointer<Value>])
}

extension Optimizer {
  static var domain: String { "ai.onnx.preview.training" }
  var role: Role { .layer }

  private func tensorCount(_ inputs: Int) throws(OperatorError) -> Int {
    let perTensor = 2 + Self.stateCount
    guard inputs > 2, (inputs - 2) % perTensor == 0 else { throw .missingInput(inputs) }
    return (inputs - 2) / perTensor
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let count = try tensorCount(inputs.count)
    for index in 0...1 {
      if let elements = try inputs.tensor(index).elementCount, elements != 1 {
        throw .shape(input: index, reason: "not a scalar")
      }
    }
    var facts: [Fact] = []
    for index in 2..<inputs.count {
      let tensor = try inputs.tensor(index, of: [.float32, .float64])
      let first = try inputs.tensor(2 + (index - 2) % count)
      if let found = tensor.shape?.known, let expected = first.shape?.known, found != expected {
        throw .shape(input: index, reason: "\(found) where its tensor is \(expected)")
      }
      let isGradient = (count..<(2 * count)).contains(index - 2)
      if !isGradient { facts.append(Fact(.tensor(tensor))) }
    }
    return facts
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    var total = 0
    for fact in inputs.dropFirst(2).prefix(try tensorCount(inputs.count)) {
      guard let elements = fact?.shape?.elementCount else { return nil }
      total = try sum(total, elements)
    }
    return Cost(elementwiseOperations: try product(total, operationsPerElement))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let count = try tensorCount(call.context.inputs.count)
    guard let rate = try call.values(0).first else { throw .missingInput(0) }
    guard let updates = try call.optionalIntegers(1)?.first else { throw .missingInput(1) }
    for tensor in 0..<count {
      let x = try call.results(tensor)
      _ = x.update(fromContentsOf: try call.values(2 + tensor))
      var states: [UnsafeMutableBufferPointer<Value>] = []
      for state in 0..<Self.stateCount {
        let target = try call.results((1 + state) * count + tensor)
        _ = target.update(fromContentsOf: try call.values(2 + (2 + state) * count + tensor))
        states.append(target)
      }
      step(
        rate: rate, updates: updates, gradient: try call.values(2 + count + tensor), x, states)
    }
  }
}
