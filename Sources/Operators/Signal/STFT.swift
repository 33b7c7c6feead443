internal import Network

/// The Fourier transforms of windows that slide along a signal [batch, length, 1 or 2]: [batch, frames, bins, 2].
struct STFT: FloatKernel {
  static let name = "STFT"
  private let isOneSided: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isOneSided = try attributes.flag("onesided", default: true)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let signal = try inputs.tensor(0)
    guard let shape = signal.shape else { return [Fact(signal.element, .unknown(rank: 4))] }
    guard shape.rank == 3 else { throw .rank(input: 0, expected: "3", found: shape.rank) }
    let length = try frameLength(shape, inputs)
    var frames: Dimension
    if let length, let extent = shape[1],
      case .known(let step) = try IntegersParameter.input(1).content(inputs)
    {
      guard step.count == 1, step[0] > 0 else { throw .value(input: 1, reason: "not a step") }
      guard length <= extent else { throw .value(input: 3, reason: "frames longer than the signal") }
      frames = (extent - length) / step[0] + 1
    } else {
      frames = nil
    }
    let bins = isOneSided ? length.map { $0 / 2 + 1 } : length
    return [Fact(signal.element, [shape[0], frames, bins, 2])]
  }

  /// As given, else that of the window, else that of the signal.
  private func frameLength(_ signal: Shape, _ inputs: InferenceInputs) throws(OperatorError) -> Dimension {
    let window = inputs.has(2) ? try inputs.tensor(2).shape : nil
    switch try IntegersParameter.input(3).content(inputs) {
    case .known(let values):
      guard values.count == 1, values[0] > 0 else { throw .value(input: 3, reason: "not a length") }
      if let extent = window?.known, extent != [values[0]] {
        throw .shape(input: 2, reason: "a window of another length than the frames")
      }
      return values[0]
    case .unknown: return nil
    case .absent:
      if inputs.has(2) {
        if let window, window.rank != 1 { throw .rank(input: 2, expected: "1", found: window.rank) }
        return window?[0] ?? nil
      }
      return signal[1]
    }
  }

  /// The transforms, and a multiplication by the window for each element.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let signal = inputs.first??.shape, let shape = outputs.first?.shape?.known,
      let length = try frameLength(signal, InferenceInputs(inputs))
    else { return nil }
    let perFrame = try sum(try FourierTransform.operations(length: length), length)
    return Cost(elementwiseOperations: try product([shape[0], shape[1], perFrame]))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .whole : .none }

  func run<Element: Number & BinaryFloatingPoint>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    guard let length = try frameLength(Shape(input.dimensions), InferenceInputs(context.facts)),
      let step = try context.integers(1).first
    else { throw .needsValue(input: 1) }
    let window = try context.optionalInput(2)?.doubles(input: 2)
    let (frames, bins) = (output.dimensions[1], output.dimensions[2])
    let (extent, parts) = (input.dimensions[1], input.dimensions[2])
    guard parts == 1 || parts == 2 else { throw .shape(input: 0, reason: "neither real nor complex numbers") }
    let (source, target) = (input.elements(as: Element.self), output.mutableElements(as: Element.self))
    let transform = FourierTransform(length: length)
    for frame in 0..<output.dimensions[0] * frames {
      let start = (frame / frames * extent + frame % frames * step) * parts
      let signal = (0..<length).map { position in
        let weight = window?[position] ?? 1
        let place = start + position * parts
        return FourierTransform.Complex(
          real: source[place].double * weight,
          imaginary: parts == 2 ? source[place + 1].double * weight : 0)
      }
      for (bin, value) in transform(signal, isInverse: false).prefix(bins).enumerated() {
        target[(frame * bins + bin) * 2] = Element(Element(value.real))
        target[(frame * bins + bin) * 2 + 1] = Element(Element(value.imaginary))
      }
    }
  }
}
