internal import Network

/// Mean or greatest of samples in each bin of a region, interpolated bilinearly (He et al., Mask R-CNN).
///
/// Regions are `[x1, y1, x2, y2]`, their images another input. From version 16 on coordinates are shifted by half a pixel
/// unless the node says otherwise.
package struct RoiAlign: RealOperator {
  package static let name = "RoiAlign"
  package let role = Role.layer
  package let takesMaximum: Bool
  package let outputHeight: Int
  package let outputWidth: Int
  package let samplingRatio: Int
  package let spatialScale: Float
  package let isHalfPixel: Bool
  /// Samples along an axis of a bin; above this a region is nonsense.
  private static let sampleLimit = 256

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    switch try attributes.string("mode", default: "avg").lowercased() {
    case "avg": takesMaximum = false
    case "max": takesMaximum = true
    case let other: throw .attributeValue("mode", reason: "\(other) is neither avg nor max")
    }
    outputHeight = try attributes.integer("output_height", default: 1)
    outputWidth = try attributes.integer("output_width", default: 1)
    samplingRatio = try attributes.integer("sampling_ratio", default: 0)
    spatialScale = try attributes.float("spatial_scale", default: 1)
    let fallback = attributes.version < 16 ? "output_half_pixel" : "half_pixel"
    switch try attributes.string("coordinate_transformation_mode", default: fallback) {
    case "half_pixel": isHalfPixel = true
    case "output_half_pixel": isHalfPixel = false
    case let other: throw .attributeValue("coordinate_transformation_mode", reason: "\(other) is not known")
    }
    guard outputHeight > 0, outputWidth > 0, samplingRatio >= 0, samplingRatio <= Self.sampleLimit else {
      throw .attributeValue("output_height", reason: "the bins or their samples are not counts")
    }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let regions = try inputs.tensor(1, of: [input.element])
    let images = try inputs.tensor(2, of: [.int64])
    if let rank = input.shape?.rank, rank != 4 { throw .rank(input: 0, expected: "4", found: rank) }
    if let shape = regions.shape, shape.rank != 2 || shape[1] ?? 4 != 4 {
      throw .shape(input: 1, reason: "not four numbers for each region")
    }
    if let count = images.elementCount, let expected = regions.shape?[0], count != expected {
      throw .shape(input: 2, reason: "\(count) images for \(expected) regions")
    }
    let count = (regions.shape?[0] ?? nil) ?? images.elementCount
    return [Fact(input.element, [count, input.shape?[1] ?? nil, outputHeight, outputWidth])]
  }

  /// Eight operations for each sample; unknown where the number of samples follows from the regions.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard samplingRatio > 0 else { return nil }
    return try .elementwise(outputs.first?.tensor, product([samplingRatio, samplingRatio, 8]))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let (source, regions) = (try call.values(0), try call.values(1))
    let target = try call.results(0)
    let images = try call.optionalIntegers(2) ?? []
    let plane = extents[2] * extents[3]
    for (region, image) in images.enumerated() {
      guard image >= 0, image < extents[0] else {
        throw .value(input: 2, reason: "there is no image \(image)")
      }
      let samples = try samples(
        regions[(region * 4)..<(region * 4 + 4)].map { $0 }, height: extents[2], width: extents[3])
      for channel in 0..<extents[1] {
        let start = (image * extents[1] + channel) * plane
        let place = (region * extents[1] + channel) * samples.count
        for (bin, corners) in samples.enumerated() {
          target[place + bin] = reduce(corners, source, start)
        }
      }
    }
  }

  private func reduce<Value: Real>(
    _ samples: [Sample<Value>], _ source: UnsafeBufferPointer<Value>, _ start: Int
  ) -> Value {
    var result: Value = takesMaximum ? -.infinity : 0
    for sample in samples {
      for corner in 0..<4 {
        let value = sample.weights[corner] * source[start + sample.places[corner]]
        result = takesMaximum ? max(result, value) : result + value
      }
    }
    if takesMaximum { return samples.isEmpty ? 0 : result }
    return result / Value(max(samples.count, 1))
  }

  /// Four pixels and their shares.
  private struct Sample<Value: Real> {
    var places: SIMD4<Int>
    var weights: [Value]
  }

  /// The samples of each bin of a region.
  private func samples<Value: Real>(
    _ region: [Value], height: Int, width: Int
  ) throws(OperatorError) -> [[Sample<Value>]] {
    let shift: Value = isHalfPixel ? 0.5 : 0
    let edges = region.map { $0 * Value(spatialScale) - shift }
    var size = (y: edges[3] - edges[1], x: edges[2] - edges[0])
    if !isHalfPixel { size = (max(size.y, 1), max(size.x, 1)) }
    let bin = (y: size.y / Value(outputHeight), x: size.x / Value(outputWidth))
    let rows = samplingRatio > 0 ? samplingRatio : Int(saturating: Double(bin.y.rounded(.up)))
    let columns = samplingRatio > 0 ? samplingRatio : Int(saturating: Double(bin.x.rounded(.up)))
    guard rows <= Self.sampleLimit, columns <= Self.sampleLimit, edges.allSatisfy({ $0.isFinite }) else {
      throw .value(input: 1, reason: "a region is not finite or far too large")
    }
    var bins: [[Sample<Value>]] = []
    for row in 0..<outputHeight {
      for column in 0..<outputWidth {
        var samples: [Sample<Value>] = []
        for y in 0..<max(rows, 0) {
          let top = edges[1] + bin.y * (Value(row) + (Value(y) + 0.5) / Value(rows))
          for x in 0..<max(columns, 0) {
            let left = edges[0] + bin.x * (Value(column) + (Value(x) + 0.5) / Value(columns))
            samples.append(Self.sample(top, left, height: height, width: width))
          }
        }
        bins.append(samples)
      }
    }
    return bins
  }

  /// The pixels around a point; outside the plane by more than a pixel there is nothing.
  private static func sample<Value: Real>(
    _ y: Value, _ x: Value, height: Int, width: Int
  ) -> Sample<Value> {
    guard y >= -1, y <= Value(height), x >= -1, x <= Value(width), height > 0, width > 0 else {
      return Sample(places: .zero, weights: [0, 0, 0, 0])
    }
    func clamp(_ value: Value, _ extent: Int) -> (low: Int, high: Int, share: Value) {
      let inside = max(value, 0)
      let low = Int(inside)
      return low >= extent - 1 ? (extent - 1, extent - 1, 0) : (low, low + 1, inside - Value(low))
    }
    let (top, bottom, down) = clamp(y, height)
    let (left, right, across) = clamp(x, width)
    return Sample(
      places: [top * width + left, top * width + right, bottom * width + left, bottom * width + right],
      weights: [(1 - down) * (1 - across), (1 - down) * across, down * (1 - across), down * across])
  }
}
