package import Kernels
internal import Network

/// The transpose of a convolution: every input element is spread over a window of the output.
///
/// Input `[N, C, spatial...]` and weight `[C, M / groups, kernel...]` give `[N, M, places...]` with
/// `places = stride * (input - 1) + output_padding + span - padding`.
package struct ConvTranspose: RealOperator {
  package static let name = "ConvTranspose"
  package let role = Role.matrixLayer
  package let window: WindowAttributes
  package let groups: Int
  package let outputPadding: [Int]?
  package let outputShape: [Int]?

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    window = try WindowAttributes(attributes, needsKernel: false)
    groups = try attributes.integer("group", default: 1)
    guard groups > 0 else { throw .attributeValue("group", reason: "\(groups) is not positive") }
    outputPadding = try attributes.integers("output_padding")
    outputShape = try attributes.integers("output_shape")
    if let outputPadding, let bad = outputPadding.first(where: { $0 < 0 }) {
      throw .attributeValue("output_padding", reason: "\(bad) is negative")
    }
    if let outputShape, let bad = outputShape.first(where: { $0 < 1 }) {
      throw .attributeValue("output_shape", reason: "\(bad) is not positive")
    }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let weight = try inputs.tensor(1, of: [input.element])
    guard let shape = input.shape, let weightShape = weight.shape else { return [Fact(input.element, nil)] }
    guard shape.rank >= 2 else { throw .rank(input: 0, expected: "2 or more", found: shape.rank) }
    guard weightShape.rank == shape.rank else {
      throw .rank(input: 1, expected: "\(shape.rank)", found: weightShape.rank)
    }
    let channels = try self.channels(shape, weightShape)
    try ConvolutionShape.checkBias(inputs.optionalTensor(2)?.shape, index: 2, channels: channels)
    var extents = [shape[0], channels]
    for axis in try axes(shape, weightShape) { extents.append(axis?.output) }
    return [Fact(input.element, Shape(extents))]
  }

  private func channels(_ input: Shape, _ weight: Shape) throws(OperatorError) -> Dimension {
    if let found = input[1], let expected = weight[0], found != expected {
      throw .shape(input: 1, reason: "\(expected) channels for \(found)")
    }
    if let found = input[1] ?? weight[0], found % groups != 0 {
      throw .shape(input: 0, reason: "\(found) channels do not divide into \(groups) groups")
    }
    guard let perGroup = weight[1] else { return nil }
    return try product(perGroup, groups)
  }

  /// Extent of an axis of the output, and what is cut from the start of all that the windows cover.
  struct Axis: Equatable {
    var output: Int
    var start: Int
  }

  /// Input elements x channels of the output per group x kernel elements.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1, let count = inputs[0]?.shape?.elementCount, let weight = inputs[1]?.shape?.known,
      let produced = outputs.first?.shape?.elementCount
    else { return nil }
    let hasBias = inputs.count > 2 && inputs[2] != nil
    return Cost(
      macs: try product(count, product(weight[1...])), elementwiseOperations: hasBias ? produced : 0)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0, inputs.count > 1 else { return .none }
    guard let input = inputs[0]?.shape, let weight = inputs[1]?.shape,
      let window = try? window.window(rank: input.rank - 2, weight: Array(weight.dimensions.dropFirst(2))),
      let kernel = Shape(window.kernel).known, let axes = try? axes(input, weight)
    else { return .unknown }
    return .transposedWindow(
      kernel: kernel, strides: window.strides, dilations: window.dilations, padding: axes.map { $0?.start })
  }

  /// The spatial axes; nil where an extent is not known.
  func axes(_ input: Shape, _ weight: Shape) throws(OperatorError) -> [Axis?] {
    let rank = input.rank - 2
    let window = try self.window.window(rank: rank, weight: Array(weight.dimensions.dropFirst(2)))
    if let outputPadding, outputPadding.count != rank {
      throw .attributeValue("output_padding", reason: "\(outputPadding.count) values for \(rank) axes")
    }
    // Some writers give batch and channels as well.
    if let outputShape, outputShape.count != rank, outputShape.count != rank + 2 {
      throw .attributeValue("output_shape", reason: "\(outputShape.count) values for \(rank) axes")
    }
    var axes: [Axis?] = []
    for axis in 0..<rank { axes.append(try self.axis(axis, input[axis + 2], window)) }
    return axes
  }

  private func axis(_ axis: Int, _ input: Dimension, _ window: Window) throws(OperatorError) -> Axis? {
    guard let input, let span = try window.span(axis) else { return nil }
    guard input > 0 else { throw .shape(input: 0, reason: "a spatial extent is 0") }
    let stride = window.strides[axis]
    let covered = try sum(sum(product(stride, input - 1), span), outputPadding?[axis] ?? 0)
    let isSame = window.automaticPadding == .sameUpper || window.automaticPadding == .sameLower
    if outputShape != nil || isSame {
      let asked = outputShape.map { $0[$0.count - window.rank + axis] }
      let output = if let asked { asked } else { try product(stride, input) }
      let total = max(covered - output, 0)
      let half = total / 2
      return Axis(output: output, start: window.automaticPadding == .sameUpper ? half : total - half)
    }
    let (start, end) = try window.padding(axis, input: input) ?? (0, 0)
    let output = try covered - sum(start, end)
    guard output > 0 else { throw .shape(input: 0, reason: "the padding cuts the whole output away") }
    return Axis(output: output, start: start)
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let input = try call.dimensions(0)
    let weight = try call.dimensions(1)
    let output = try call.outputDimensions(0)
    let geometry = try geometry(input, weight, output)
    let target = try call.results(0)
    // Of an empty output the other extents may be anything.
    if target.isEmpty { return }
    let runs = geometry.runs
    let bias = try call.optionalValues(2)
    let (source, taps) = (try call.values(0), try call.values(1))
    let (inputPlane, outputPlane) = (geometry.outputCount, geometry.inputCount)
    let (channels, filters) = (input[1] / groups, weight[1])
    for plane in 0..<(input[0] * groups * filters) {
      let filter = plane % (groups * filters)
      let image = plane / (groups * filters)
      let to = plane * outputPlane
      let start = bias?[filter] ?? 0
      for place in 0..<outputPlane { target[to + place] = start }
      for channel in (filter / filters * channels)..<((filter / filters + 1) * channels) {
        let from = (image * input[1] + channel) * inputPlane
        let kernel = (channel * filters + filter % filters) * geometry.kernelCount
        for run in runs {
          let factor = taps[kernel + run.kernel]
          for index in 0..<run.count {
            target[to + run.input + index * run.step] += factor * source[from + run.output + index]
          }
        }
      }
    }
  }

  /// The convolution that this is the transpose of: its input is this operator's output.
  package func geometry(
    _ input: [Int], _ weight: [Int], _ output: [Int]
  ) throws(OperatorError) -> WindowGeometry {
    let window = try self.window.window(rank: input.count - 2, weight: weight[2...].map { $0 })
    let starts = try axes(Shape(input), Shape(weight)).compactMap { $0?.start }
    return WindowGeometry(
      input: Array(output[2...]), output: Array(input[2...]), kernel: Array(weight[2...]),
      strides: window.strides, dilations: window.dilations, starts: starts, ends: starts.map { _ in 0 })
  }
}
