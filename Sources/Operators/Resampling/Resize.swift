internal import Network

/// The input resampled to given extents or by given scales.
struct Resize: ResamplingOperator {
  static let name = "Resize"
  let resampling: Resampling
  private let policy: AspectRatioPolicy
  private let axes: [Int]?
  /// Version 10 has the scales as its second input and neither region nor extents.
  private let isLegacy: Bool

  private enum AspectRatioPolicy: String {
    case stretch
    case notLarger = "not_larger"
    case notSmaller = "not_smaller"
  }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isLegacy = attributes.version < 11
    axes = try attributes.integers("axes")
    guard
      let policy = AspectRatioPolicy(
        rawValue: try attributes.string("keep_aspect_ratio_policy", default: "stretch"))
    else { throw .attributeValue("keep_aspect_ratio_policy", reason: "not one that there is") }
    self.policy = policy
    if isLegacy {
      resampling = try Resampling(legacy: try attributes.string("mode", default: "nearest"))
    } else {
      resampling = try Resampling(attributes)
    }
  }

  func axes(_ shape: Shape, _ inputs: InferenceInputs) throws(OperatorError) -> [ResamplingAxis]? {
    if isLegacy {
      guard let given = try inputs.required(1).constant else { return nil }
      return try scaledAxes(shape, try given.doubles(input: 1).map { Float($0) }, from: .input(1))
    }
    let places =
      try self.axes.map { axes throws(OperatorError) in try normalizedAxes(axes, rank: shape.rank) }
      ?? Array(0..<shape.rank)
    guard var result = try resized(shape, places, inputs) else { return nil }
    if resampling.mapping == .cropAndResize {
      guard let region = try inputs.required(1).constant?.doubles(input: 1) else { return nil }
      guard region.count == 2 * places.count else {
        throw .shape(input: 1, reason: "not two numbers for each axis")
      }
      for (entry, place) in places.enumerated() {
        result[place].region = (region[entry], region[places.count + entry])
      }
    }
    return result
  }

  /// By the extents if there are any, else by the scales; an empty tensor counts as left out.
  private func resized(
    _ shape: Shape, _ places: [Int], _ inputs: InferenceInputs
  ) throws(OperatorError) -> [ResamplingAxis]? {
    if let given = inputs[3], given.tensor?.elementCount != 0 {
      guard let extents = given.constant?.integers, let known = shape.known else { return nil }
      guard extents.count == places.count, extents.allSatisfy({ $0 >= 0 }) else {
        throw .value(input: 3, reason: "not one extent for each axis")
      }
      return try sized(known, places, extents)
    }
    guard let given = inputs[2] else { throw .missingInput(2) }
    guard let scales = try given.constant?.doubles(input: 2) else { return nil }
    guard scales.count == places.count else { throw .value(input: 2, reason: "not one scale for each axis") }
    var all = [Float](repeating: 1, count: shape.rank)
    for (place, scale) in zip(places, scales) { all[place] = Float(scale) }
    return try scaledAxes(shape, all, from: .input(2))
  }

  private func sized(_ shape: [Int], _ places: [Int], _ extents: [Int]) throws(OperatorError)
    -> [ResamplingAxis]
  {
    var axes = shape.map { ResamplingAxis(inputExtent: $0, outputExtent: $0, scale: 1) }
    for (place, extent) in zip(places, extents) {
      guard shape[place] > 0 || extent == 0 else { throw .shape(input: 0, reason: "nothing to resample") }
      axes[place].outputExtent = extent
      axes[place].scale = shape[place] == 0 ? 1 : Double(extent) / Double(shape[place])
    }
    let scales = places.map { axes[$0].scale }
    guard policy != .stretch, let common = policy == .notLarger ? scales.min() : scales.max() else {
      return axes
    }
    for place in places {
      guard let extent = Int(exactly: (common * Double(shape[place]) + 0.5).rounded(.down)) else {
        throw .overflow
      }
      axes[place].scale = common
      axes[place].outputExtent = extent
    }
    return axes
  }
}

extension Resampling {
  /// As from version 11 on.
  fileprivate init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    let name = try attributes.string("coordinate_transformation_mode", default: "half_pixel")
    guard let mapping = CoordinateMapping(rawValue: name) else {
      throw .attributeValue("coordinate_transformation_mode", reason: "unknown: \(name)")
    }
    self.mapping = mapping
    switch try attributes.string("mode", default: "nearest") {
    case "nearest":
      let choice = try attributes.string("nearest_mode", default: "round_prefer_floor")
      guard let choice = NearestChoice(rawValue: choice), choice != .legacy else {
        throw .attributeValue("nearest_mode", reason: "unknown: \(choice)")
      }
      method = .nearest(choice)
    case "linear": method = .interpolated(.linear)
    case "cubic":
      method = .interpolated(.cubic(Double(try attributes.float("cubic_coeff_a", default: -0.75))))
    case let mode: throw .attributeValue("mode", reason: "unknown: \(mode)")
    }
    antialias = try attributes.flag("antialias")
    excludeOutside = try attributes.flag("exclude_outside")
    extrapolation = Double(try attributes.float("extrapolation_value", default: 0))
  }
}
