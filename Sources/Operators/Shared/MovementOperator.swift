internal import Network

/// An operator that moves elements without looking at them, so that it is written once for elements of whole bytes.
///
/// Strings are moved as their places in a list, elements of less than a byte as bytes of their own.
protocol MovementOperator: Operator {
  /// Whether elements of this input are moved to the outputs; the others are parameters.
  func moves(_ input: Int) -> Bool
  /// Moves elements of 1, 2, 4, 8 or 16 bytes.
  func move(_ context: KernelContext) throws(OperatorError)
}

extension MovementOperator {
  func moves(_ input: Int) -> Bool { input == 0 }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  package func run(_ context: KernelContext) throws(OperatorError) { try runMovement(context) }

  func runMovement(_ context: KernelContext) throws(OperatorError) {
    for (index, input) in context.inputs.enumerated() where moves(index) {
      switch input {
      case .strings: return try moveStrings(context)
      case .tensor(let tensor) where tensor.element.bits % 8 != 0:
        return try movePacked(context, tensor.element)
      default: break
      }
    }
    try move(context)
  }

  private func moveStrings(_ context: KernelContext) throws(OperatorError) {
    // Place 0 is what fills new room: the empty string.
    var pool = [""]
    for (index, input) in context.inputs.enumerated() where moves(index) {
      if let element = input?.tensor?.element { throw .elementType(input: index, found: element) }
    }
    let inner = KernelContext(
      inputs: context.inputs.enumerated().map { index, input in
        guard moves(index), case .strings(let strings)? = input else { return input }
        defer { pool += strings.elements }
        return .tensor(.int64(Array(pool.count..<pool.count + strings.elements.count), strings.dimensions))
      }, outputCount: context.outputs.count, limit: context.limit)
    try move(inner)
    for (index, output) in inner.outputs.enumerated() {
      guard let places = output?.tensor else { continue }
      let strings = places.elements(as: Int64.self).map { pool[Int($0)] }
      context.forward(.strings(StringTensor(dimensions: places.dimensions, elements: strings)), to: index)
    }
  }

  private func movePacked(_ context: KernelContext, _ element: ElementType) throws(OperatorError) {
    var inputs = context.inputs
    for (index, input) in context.inputs.enumerated() where moves(index) {
      guard case .tensor(let tensor)? = input else { continue }
      guard tensor.element == element else { throw .elementType(input: index, found: tensor.element) }
      let bytes = try DenseTensor(.uint8, tensor.dimensions, limit: context.limit)
      _ = bytes.mutableElements(as: UInt8.self).update(fromContentsOf: tensor.unpacked)
      inputs[index] = .tensor(bytes)
    }
    let inner = KernelContext(inputs: inputs, outputCount: context.outputs.count, limit: context.limit)
    try move(inner)
    for (index, output) in inner.outputs.enumerated() {
      guard let bytes = output?.tensor else { continue }
      try context.output(index, element, bytes.dimensions).pack(bytes.elements(as: UInt8.self))
    }
  }
}

extension DenseTensor {
  /// Bytes of one element of at least 8 bits.
  var width: Int { element.bits / 8 }

  var bytes: UnsafeMutableRawPointer { buffer.base }
}
