internal import Network

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Triangular filters, evenly spaced on the mel scale, that turn a spectrum into mel bands: [dft_length / 2 + 1, bands].
struct MelWeightMatrix: Operator {
  static let name = "MelWeightMatrix"
  let role = Role.constant
  private let element: ElementType

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    element = try attributes.elementType("output_datatype") ?? .float32
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    func extent(_ index: Int) throws(OperatorError) -> Dimension {
      guard let value = try inputs.required(index).constant?.integers?.first else { return nil }
      guard value >= 0, value < 1 << 31 else { throw .value(input: index, reason: "not an extent") }
      return value
    }
    return [Fact(element, [try extent(1).map { $0 / 2 + 1 }, try extent(0)])]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor)
  }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    let (bins, bands) = (output.dimensions[0], output.dimensions[1])
    var numbers: [Double] = []
    for index in 1..<5 {
      guard let number = try context.input(index).doubles(input: index).first else {
        throw .shape(input: index, reason: "not one number")
      }
      numbers.append(number)
    }
    let edges = try edges(
      bands: bands, length: numbers[0], rate: numbers[1], low: numbers[2], high: numbers[3])
    var values = [Double](repeating: 0, count: bins * bands)
    func set(_ bin: Int, _ band: Int, _ value: Double) throws(OperatorError) {
      guard bin >= 0, bin < bins else { throw .value(input: 4, reason: "an edge beyond the spectrum") }
      values[bin * bands + band] = value
    }
    for band in 0..<bands {
      let (low, center, high) = (edges[band], edges[band + 1], edges[band + 2])
      guard low <= center, center <= high else { throw .value(input: 3, reason: "edges out of order") }
      if low == center { try set(center, band, 1) }
      for bin in low..<center + (low == center ? 0 : 1) {
        try set(bin, band, Double(bin - low) / Double(center - low))
      }
      for bin in center..<high { try set(bin, band, Double(high - bin) / Double(high - center)) }
    }
    output.store(values)
  }

  /// The bins at which the filters begin, peak and end.
  private func edges(
    bands: Int, length: Double, rate: Double, low: Double, high: Double
  ) throws(OperatorError) -> [Int] {
    func mel(_ hertz: Double) -> Double { 2595 * log10(1 + hertz / 700) }
    let step = (mel(high) - mel(low)) / Double(bands + 2)
    var edges: [Int] = []
    for edge in 0..<bands + 2 {
      let hertz = 700 * (pow(10, (Double(edge) * step + mel(low)) / 2595) - 1)
      guard let bin = Int(exactly: ((length + 1) * hertz / rate).rounded(.down)) else {
        throw .value(input: 3, reason: "edges that are no frequencies")
      }
      edges.append(bin)
    }
    return edges
  }
}
