internal import Network

/// The discrete Fourier transform along an axis of [..., 1] real or [..., 2] complex numbers.
struct DFT: FloatKernel {
  static let name = "DFT"
  private let isInverse: Bool
  /// Only the first half of the spectrum, which fixes the other one, is written, or read by the inverse.
  private let isOneSided: Bool
  /// From version 20 on the axis is an input.
  private let axis: Int?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isInverse = try attributes.flag("inverse")
    isOneSided = try attributes.flag("onesided")
    axis = attributes.version < 20 ? try attributes.integer("axis", default: 1) : nil
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard var shape = data.shape else { return [Fact(data.element, nil)] }
    guard shape.rank >= 2 else { throw .rank(input: 0, expected: "at least 2", found: shape.rank) }
    guard let place = try place(rank: shape.rank, inputs) else {
      return [Fact(data.element, .unknown(rank: shape.rank))]
    }
    let length = try length(shape[place], inputs)
    shape[place] = isOneSided && !isInverse ? length.map { $0 / 2 + 1 } : length
    shape[shape.rank - 1] = isOneSided && isInverse ? 1 : 2
    return [Fact(data.element, shape)]
  }

  private func place(rank: Int, _ inputs: InferenceInputs) throws(OperatorError) -> Int? {
    var axis = self.axis ?? -2
    var source = ParameterSource.attribute("axis")
    switch try IntegersParameter.input(2).content(inputs) {
    case .known(let values) where values.count == 1: (axis, source) = (values[0], .input(2))
    case .absent: break
    default: return nil
    }
    let place = try normalizedAxis(axis, rank: rank, from: source)
    guard place < rank - 1 else { throw source.failure("the axis of real and imaginary parts") }
    return place
  }

  private func length(_ extent: Dimension, _ inputs: InferenceInputs) throws(OperatorError) -> Dimension {
    switch try IntegersParameter.input(1).content(inputs) {
    case .known(let values):
      guard values.count == 1, values[0] >= 1, values[0] < 1 << 28 else {
        throw .value(input: 1, reason: "not a length")
      }
      return values[0]
    case .absent: return isOneSided && isInverse ? extent.map { max(2 * ($0 - 1), 0) } : extent
    case .unknown: return nil
    }
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let rank = inputs.first??.shape?.rank, let place = try place(rank: rank, InferenceInputs(inputs)),
      let length = try length(inputs.first??.shape?[place] ?? nil, InferenceInputs(inputs)),
      let count = inputs.first??.tensor?.elementCount, let extent = inputs.first??.shape?[place], extent > 0,
      let parts = inputs.first??.shape?[rank - 1], parts > 0
    else { return nil }
    let transforms = count / parts / extent
    return Cost(
      elementwiseOperations: try product(transforms, try FourierTransform.operations(length: length)))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .whole : .none }

  func run<Element: Number & BinaryFloatingPoint>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let facts = InferenceInputs(context.facts)
    guard let place = try place(rank: input.rank, facts),
      let length = try length(input.dimensions[place], facts)
    else { throw .needsValue(input: 1) }
    let parts = input.dimensions[input.rank - 1]
    guard parts == 1 || parts == 2 else { throw .shape(input: 0, reason: "neither real nor complex numbers") }
    guard length * 16 <= context.limit / 8 else { throw .tooLarge(bytes: length * 16, limit: context.limit) }
    let (source, target) = (input.elements(as: Element.self), output.mutableElements(as: Element.self))
    let from = AxisSpan(Array(input.dimensions.dropLast()), axis: place)
    let to = AxisSpan(Array(output.dimensions.dropLast()), axis: place)
    let outputParts = output.dimensions[output.rank - 1]
    let transform = FourierTransform(length: length)
    for lane in 0..<from.outer * from.inner {
      let (block, column) = (lane / from.inner, lane % from.inner)
      var signal = [FourierTransform.Complex](repeating: .init(), count: length)
      for step in 0..<min(from.length, length) {
        let start = ((block * from.length + step) * from.inner + column) * parts
        signal[step].real = source[start].double
        if parts == 2 { signal[step].imaginary = source[start + 1].double }
      }
      if isInverse && isOneSided { mirror(&signal) }
      let result = transform(signal, isInverse: isInverse)
      for step in 0..<to.length {
        let start = ((block * to.length + step) * to.inner + column) * outputParts
        target[start] = Element(Element(result[step].real))
        if outputParts == 2 { target[start + 1] = Element(Element(result[step].imaginary)) }
      }
    }
  }

  /// Fills the second half of the spectrum of a real signal.
  private func mirror(_ spectrum: inout [FourierTransform.Complex]) {
    guard !spectrum.isEmpty else { return }
    spectrum[0].imaginary = 0
    for step in (spectrum.count / 2 + 1)..<max(spectrum.count, spectrum.count / 2 + 1) {
      spectrum[step] = spectrum[spectrum.count - step].conjugate
    }
    if spectrum.count % 2 == 0 { spectrum[spectrum.count / 2].imaginary = 0 }
  }
}
