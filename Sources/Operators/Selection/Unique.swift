internal import Network

/// The different elements, or the different slices of an axis, each once; where each first stands, which one stands at
/// each place, and how often each occurs.
struct Unique: Operator {
  static let name = "Unique"
  private let axis: Int?
  private let isSorted: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis")
    isSorted = try attributes.flag("sorted", default: true)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    let positions = Fact(.int64, [nil])
    guard let axis else {
      return [Fact(data.element, [nil]), positions, Fact(.int64, [data.elementCount]), positions]
    }
    guard var shape = data.shape else { return [Fact(data.element, nil), positions, positions, positions] }
    let place = try normalizedAxis(axis, rank: shape.rank)
    let extent = shape[place]
    shape[place] = nil
    return [Fact(data.element, shape), positions, Fact(.int64, [extent]), positions]
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    guard case .strings(let strings)? = context.inputs.first else {
      let input = try context.input(0)
      let groups = try groups(input, context)
      return context.forward(.tensor(try select(input, groups.map { $0[0] }, context)), to: 0)
    }
    // Strings are told apart by their rank in the alphabet.
    let alphabet = Set(strings.elements).sorted()
    let ranks = Dictionary(uniqueKeysWithValues: zip(alphabet, alphabet.indices))
    let input = DenseTensor.int64(strings.elements.map { ranks[$0] ?? 0 }, strings.dimensions)
    let groups = try groups(input, context)
    let chosen = try select(input, groups.map { $0[0] }, context)
    let elements = chosen.elements(as: Int64.self).map { alphabet[Int($0)] }
    context.forward(.strings(StringTensor(dimensions: chosen.dimensions, elements: elements)), to: 0)
  }

  /// The slices' numbers, equal ones together; writes the outputs that follow from them.
  private func groups(_ input: DenseTensor, _ context: KernelContext) throws(OperatorError) -> [[Int]] {
    guard let values = input.values else { throw .elementType(input: 0, found: input.element) }
    let extents = axis == nil ? [input.elementCount] : input.dimensions
    let span = AxisSpan(
      extents,
      axis: try axis.map { axis throws(OperatorError) in
        try normalizedAxis(axis, rank: input.rank)
      } ?? 0)
    let groups =
      switch values {
      case .signed(let values): Self.group(values, span)
      case .unsigned(let values): Self.group(values, span)
      case .floats(let values): Self.group(values, span)
      }
    let ordered = isSorted ? groups : groups.sorted { $0[0] < $1[0] }
    context.forward(.tensor(.int64(ordered.map { $0[0] })), to: 1)
    var inverse = [Int](repeating: 0, count: span.length)
    for (number, group) in ordered.enumerated() {
      for member in group { inverse[member] = number }
    }
    context.forward(.tensor(.int64(inverse)), to: 2)
    context.forward(.tensor(.int64(ordered.map(\.count))), to: 3)
    return ordered
  }

  private static func group<Value: Number>(_ values: [Value], _ span: AxisSpan) -> [[Int]] {
    // NaNs are equal to each other and come last.
    func order(_ a: Value, _ b: Value) -> Int {
      if a.isNotANumber || b.isNotANumber { return (a.isNotANumber ? 1 : 0) - (b.isNotANumber ? 1 : 0) }
      return a < b ? -1 : a > b ? 1 : 0
    }
    func order(_ a: Int, _ b: Int) -> Int {
      for outer in 0..<span.outer {
        for inner in 0..<span.inner {
          let base = outer * span.length * span.inner + inner
          let found = order(values[base + a * span.inner], values[base + b * span.inner])
          if found != 0 { return found }
        }
      }
      return 0
    }
    var groups: [[Int]] = []
    for slice in (0..<span.length).sorted(by: { a, b in
      let found = order(a, b)
      return found == 0 ? a < b : found < 0
    }) {
      if let last = groups.last, order(last[0], slice) == 0 {
        groups[groups.count - 1].append(slice)
      } else {
        groups.append([slice])
      }
    }
    return groups
  }

  private func select(
    _ input: DenseTensor, _ slices: [Int], _ context: KernelContext
  ) throws(OperatorError) -> DenseTensor {
    let source = axis == nil ? input.reshaped([input.elementCount]) : input
    let place = try axis.map { axis throws(OperatorError) in try normalizedAxis(axis, rank: input.rank) } ?? 0
    guard source.element.bits % 8 == 0 else { throw .elementType(input: 0, found: source.element) }
    var extents = source.dimensions
    extents[place] = slices.count
    let output = try DenseTensor(source.element, extents, limit: context.limit)
    copySlices(slices, along: place, from: source, to: output)
    return output
  }
}
