internal import Kernels
internal import Network

/// Convolution whose kernel elements are moved by offsets that are an input, and scaled by a mask where there is one.
///
/// Inputs: `X [N, C, H, W]`, weight `[M, C / groups, kH, kW]`, offsets `[N, offset groups * kH * kW * 2, oH, oW]` (row before
/// column), bias `[M]`, mask `[N, offset groups * kH * kW, oH, oW]`. Moved places are interpolated bilinearly.
package struct DeformConv: RealOperator {
  package static let name = "DeformConv"
  package let role = Role.matrixLayer
  package let shape: ConvolutionShape
  package let offsetGroups: Int

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    shape = try ConvolutionShape(attributes)
    offsetGroups = try attributes.integer("offset_group", default: 1)
    guard offsetGroups > 0 else {
      throw .attributeValue("offset_group", reason: "\(offsetGroups) is not positive")
    }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let weight = try inputs.tensor(1, of: [input.element])
    let offset = try inputs.tensor(2, of: [input.element])
    try ConvolutionShape.checkBias(
      inputs.optionalTensor(3)?.shape, index: 3, channels: weight.shape?[0])
    let output = try shape.output(input.shape, weight.shape)
    if let output, let weight = weight.shape?.known {
      let elements = try product(product(weight[2...]), offsetGroups)
      try check(offset.shape, 2, output, channels: try product([elements, output.rank - 2]))
      try check(inputs.optionalTensor(4)?.shape, 4, output, channels: elements)
    }
    if let channels = input.shape?[1], channels % offsetGroups != 0 {
      throw .shape(input: 0, reason: "\(channels) channels do not divide into \(offsetGroups) offset groups")
    }
    return [Fact(input.element, output)]
  }

  private func check(
    _ found: Shape?, _ index: Int, _ output: Shape, channels: Int
  ) throws(OperatorError) {
    guard let found = found?.known, let places = output.known else { return }
    let expected = [places[0], channels] + places[2...]
    if found != expected { throw .shape(input: index, reason: "\(found) where \(expected) is needed") }
  }

  /// The products of the interpolation (four for each place that is read) are counted beside the MACs.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1, let output = outputs.first?.shape?.known, let input = inputs[0]?.shape?.known,
      let weight = inputs[1]?.shape, let kernel = weight.known,
      let macs = try shape.macs(weight: weight, output: Shape(output))
    else { return nil }
    let places = try product(output[2...])
    let reads = try product([output[0], input[1], places, product(kernel[2...])])
    let hasBias = inputs.count > 3 && inputs[3] != nil
    return Cost(
      macs: macs, elementwiseOperations: try sum(product(reads, 8), hasBias ? product(output) : 0))
  }

  /// Offsets are data: what an element sees does not follow from the file.
  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 1 || index == 3 ? .none : .unknown
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let (input, weight) = (try call.dimensions(0), try call.dimensions(1))
    guard input.count == 4 else { throw .unsupported("deformable convolution over other than two axes") }
    let geometry = try shape.geometry(input: input, weight: weight)
    let target = try call.results(0)
    if target.isEmpty { return }
    let sampler = DeformableSampler(geometry, channels: input[1], offsetGroups: offsetGroups)
    let columns = try call.scratch(product([input[1], geometry.kernelCount, geometry.outputCount]))
    let bias = try call.optionalValues(3)
    let (source, taps, offsets) = (try call.values(0), try call.values(1), try call.values(2))
    let mask = try call.optionalValues(4)
    let filters = weight[0] / shape.groups
    let depth = weight[1] * geometry.kernelCount
    guard let columnsBase = columns.baseAddress, let tapsBase = taps.baseAddress,
      let base = target.baseAddress
    else { return }
    for image in 0..<input[0] {
      sampler.sample(source, image: image, offsets, mask, into: columns)
      for filter in 0..<weight[0] {
        let start = (image * weight[0] + filter) * geometry.outputCount
        for place in 0..<geometry.outputCount { target[start + place] = bias?[filter] ?? 0 }
      }
      for group in 0..<shape.groups {
        MatrixProduct.accumulate(
          tapsBase + group * filters * depth, columnsBase + group * depth * geometry.outputCount,
          base + (image * weight[0] + group * filters) * geometry.outputCount,
          rows: filters, depth: depth, columns: geometry.outputCount)
      }
    }
  }
}

/// Reads an image at moved places: `columns[channel, kernel element, place]`.
private struct DeformableSampler {
  let geometry: WindowGeometry
  let channels: Int
  let offsetGroups: Int

  init(_ geometry: WindowGeometry, channels: Int, offsetGroups: Int) {
    self.geometry = geometry
    self.channels = channels
    self.offsetGroups = offsetGroups
  }

  func sample<Value: Real>(
    _ source: UnsafeBufferPointer<Value>, image: Int, _ offsets: UnsafeBufferPointer<Value>,
    _ mask: UnsafeBufferPointer<Value>?, into columns: UnsafeMutableBufferPointer<Value>
  ) {
    let (places, elements) = (geometry.outputCount, geometry.kernelCount)
    for channel in 0..<channels {
      let group = image * offsetGroups + channel / (channels / offsetGroups)
      let plane = (image * channels + channel) * geometry.inputCount
      for element in 0..<elements {
        let moves = (group * elements + element) * 2 * places
        for place in 0..<places {
          let row = anchor(0, place / geometry.output[1], element / geometry.kernel[1])
          let column = anchor(1, place % geometry.output[1], element % geometry.kernel[1])
          var value = Bilinear.read(
            source, plane: plane, height: geometry.input[0], width: geometry.input[1],
            row: Value(row) + offsets[moves + place], column: Value(column) + offsets[moves + places + place])
          if let mask { value *= mask[(group * elements + element) * places + place] }
          columns[(channel * elements + element) * places + place] = value
        }
      }
    }
  }

  private func anchor(_ axis: Int, _ place: Int, _ element: Int) -> Int {
    place * geometry.strides[axis] - geometry.starts[axis] + element * geometry.dilations[axis]
  }
}

/// Bilinear interpolation in a plane with zeros around it.
enum Bilinear {
  @inline(__always)
  static func read<Value: Real>(
    _ source: UnsafeBufferPointer<Value>, plane: Int, height: Int, width: Int, row: Value, column: Value
  ) -> Value {
    guard row > -1, row < Value(height), column > -1, column < Value(width) else { return 0 }
    let (top, left) = (row.rounded(.down), column.rounded(.down))
    let (down, right) = (row - top, column - left)
    let (y, x) = (Int(top), Int(left))
    func pixel(_ y: Int, _ x: Int) -> Value {
      y >= 0 && y < height && x >= 0 && x < width ? source[plane + y * width + x] : 0
    }
    let upper = pixel(y, x) * (1 - right) + pixel(y, x + 1) * right
    let lower = pixel(y + 1, x) * (1 - right) + pixel(y + 1, x + 1) * right
    return upper * (1 - down) + lower * down
  }
}
