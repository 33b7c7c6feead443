internal import Network

/// The greatest element of each bin of a region, the regions cut into a fixed number of bins.
///
/// Regions are `[image, x1, y1, x2, y2]` in units of `1 / spatial_scale` pixels; bins are rounded outwards to pixels.
package struct MaxRoiPool: RealOperator {
  package static let name = "MaxRoiPool"
  package let role = Role.layer
  package let bins: [Int]
  package let spatialScale: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let bins = try attributes.integers("pooled_shape") else { throw .missingAttribute("pooled_shape") }
    guard bins.count == 2, bins.allSatisfy({ $0 > 0 }) else {
      throw .attributeValue("pooled_shape", reason: "\(bins) is not a height and a width")
    }
    self.bins = bins
    spatialScale = try attributes.float("spatial_scale", default: 1)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let regions = try inputs.tensor(1, of: ElementType.reals)
    if let rank = input.shape?.rank, rank != 4 { throw .rank(input: 0, expected: "4", found: rank) }
    if let shape = regions.shape, shape.rank != 2 || shape[1] ?? 5 != 5 {
      throw .shape(input: 1, reason: "not five numbers for each region")
    }
    return [Fact(input.element, [regions.shape?[0] ?? nil, input.shape?[1] ?? nil, bins[0], bins[1]])]
  }

  /// How many elements a bin has is data: an upper bound is the whole plane once for each region.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { nil }
  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let (source, regions) = (try call.values(0), try call.values(1))
    let target = try call.results(0)
    let (channels, height, width) = (extents[1], extents[2], extents[3])
    for region in 0..<(regions.count / 5) {
      let numbers = regions[(region * 5)..<(region * 5 + 5)].map { Double($0) }
      let image = Int(saturating: numbers[0])
      guard image >= 0, image < extents[0] else {
        throw .value(input: 1, reason: "there is no image \(image)")
      }
      let edges = numbers.dropFirst().map {
        // A pixel more than an extent is as good as outside.
        Int(saturating: min(max(($0 * Double(spatialScale)).rounded(), -1e9), 1e9))
      }
      let columns = (0..<bins[1]).map { Self.bin($0, of: bins[1], edges[0], edges[2], limit: width) }
      let rows = (0..<bins[0]).map { Self.bin($0, of: bins[0], edges[1], edges[3], limit: height) }
      for channel in 0..<channels {
        let plane = (image * channels + channel) * height * width
        for (row, ys) in rows.enumerated() {
          for (column, xs) in columns.enumerated() {
            var greatest = ys.isEmpty || xs.isEmpty ? 0 : -Value.infinity
            for y in ys {
              for x in xs { greatest = max(greatest, source[plane + y * width + x]) }
            }
            target[((region * channels + channel) * bins[0] + row) * bins[1] + column] = greatest
          }
        }
      }
    }
  }

  /// The pixels of bin `index` of `count` between two edges, the last of them included.
  private static func bin(_ index: Int, of count: Int, _ first: Int, _ last: Int, limit: Int) -> Range<Int> {
    let size = Double(max(last - first + 1, 1)) / Double(count)
    let start = min(max(Int((Double(index) * size).rounded(.down)) + first, 0), limit)
    let end = min(max(Int((Double(index + 1) * size).rounded(.up)) + first, 0), limit)
    return start..<max(start, end)
  }
}
