internal import Kernels
package import Network

/// The greatest element of each window and, as a second output, where it lies in the input.
package struct MaxPool: PoolingOperator {
  package static let name = "MaxPool"
  package static let elementTypes = ElementType.numbers
  package let window: WindowAttributes
  /// Whether the places of the second output count along columns first.
  package let isColumnMajor: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    window = try WindowAttributes(attributes, needsKernel: true)
    isColumnMajor = try attributes.flag("storage_order")
  }

  package func operations(window count: Int) -> Int { count - 1 }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: Self.elementTypes)
    let shape = try outputShape(input.shape)
    return [Fact(input.element, shape), Fact(.int64, shape)]
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    guard let extents = types[0].shape?.known else { throw .unsupported("unknown extents") }
    switch types[0].element {
    case .float32: try pool(context, extents, Float.self)
    case .float64: try pool(context, extents, Double.self)
    case .int8: try pool(context, extents, Int8.self)
    case .int16: try pool(context, extents, Int16.self)
    case .int32: try pool(context, extents, Int32.self)
    case .int64: try pool(context, extents, Int64.self)
    case .uint8: try pool(context, extents, UInt8.self)
    case .uint16: try pool(context, extents, UInt16.self)
    case .uint32: try pool(context, extents, UInt32.self)
    case .uint64: try pool(context, extents, UInt64.self)
    default:
      let input = try context.input(0)
      let target = try DenseTensor(.float32, extents, limit: context.limit)
      try pool(
        context, input.dimensions, extents, context.values(of: input, as: Float.self, input: 0),
        target.mutableElements(as: Float.self))
      try context.output(0, input.element, extents).store(target.elements(as: Float.self), input: 0)
    }
  }

  private func pool<Value: Arithmetic>(
    _ context: KernelContext, _ extents: [Int], _: Value.Type
  ) throws(OperatorError) {
    let input = try context.input(0)
    let output = try context.output(0, input.element, extents)
    try pool(
      context, input.dimensions, extents, input.elements(as: Value.self),
      output.mutableElements(as: Value.self))
  }

  private func pool<Value: Arithmetic>(
    _ context: KernelContext, _ input: [Int], _ output: [Int], _ source: UnsafeBufferPointer<Value>,
    _ target: UnsafeMutableBufferPointer<Value>
  ) throws(OperatorError) {
    let geometry = try geometry(input)
    if target.isEmpty {
      if context.wants(1) { _ = try context.output(1, .int64, output) }
      return
    }
    let runs = geometry.runs
    let (inputPlane, outputPlane) = (geometry.inputCount, geometry.outputCount)
    target.update(repeating: .least)
    let planes = input[0] * input[1]
    guard context.wants(1) else {
      for plane in 0..<planes {
        for run in runs {
          Self.maximize(run, source, plane * inputPlane, target, plane * outputPlane)
        }
      }
      return
    }
    let places = try context.output(1, .int64, output).mutableElements(as: Int64.self)
    places.update(repeating: 0)
    for plane in 0..<planes {
      for run in runs {
        Self.maximize(run, source, plane * inputPlane, target, plane * outputPlane, places)
      }
    }
    if isColumnMajor {
      for index in places.indices {
        places[index] = Self.columnMajor(Int(places[index]), plane: inputPlane, geometry.input)
      }
    }
  }

  @inline(__always)
  private static func maximize<Value: Arithmetic>(
    _ run: WindowGeometry.Run, _ source: UnsafeBufferPointer<Value>, _ from: Int,
    _ target: UnsafeMutableBufferPointer<Value>, _ to: Int
  ) {
    for index in 0..<run.count {
      let value = source[from + run.input + index * run.step]
      let place = to + run.output + index
      target[place] = value > target[place] ? value : target[place]
    }
  }

  /// The first of equal elements keeps its place: kernel elements come in row-major order.
  @inline(__always)
  private static func maximize<Value: Arithmetic>(
    _ run: WindowGeometry.Run, _ source: UnsafeBufferPointer<Value>, _ from: Int,
    _ target: UnsafeMutableBufferPointer<Value>, _ to: Int, _ places: UnsafeMutableBufferPointer<Int64>
  ) {
    for index in 0..<run.count {
      let origin = from + run.input + index * run.step
      let place = to + run.output + index
      if source[origin] > target[place] {
        target[place] = source[origin]
        places[place] = Int64(origin)
      }
    }
  }

  /// A row-major place in a plane as a place that counts along the first spatial axis first.
  private static func columnMajor(_ place: Int, plane: Int, _ extents: [Int]) -> Int64 {
    var rest = place % plane
    var result = 0
    var position: [Int] = []
    for extent in extents.reversed() {
      position.append(rest % extent)
      rest /= extent
    }
    for (index, extent) in zip(position, extents.reversed()) { result = result * extent + index }
    return Int64(place - place % plane + result)
  }
}
