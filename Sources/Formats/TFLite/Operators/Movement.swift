import Network

/// Operators that move elements without changing them. Those whose axes are known keep the layout of what they read.
extension SubgraphTranslator {
  /// An axis of the file counted from the front.
  func normalized(_ axis: Int, rank: Int) throws(Untranslatable) -> Int {
    let place = axis < 0 ? axis + rank : axis
    guard (0..<max(rank, 1)).contains(place) else { throw malformed("it has no axis \(axis)") }
    return place
  }

  mutating func concatenate(_ operation: LiteOperator) throws(Untranslatable) {
    let output = operation.outputs[0]
    guard let first = operation.inputs.first, operation.inputs.allSatisfy({ $0 >= 0 }) else {
      throw malformed("an operand is missing")
    }
    let layout = commonLayout(operation.inputs)
    let movesIntegers = operation.inputs.allSatisfy { sharesQuantization($0, output) }
    var values: [ValueID] = []
    for index in operation.inputs {
      guard tensor(index).rank == tensor(first).rank else { throw malformed("its operands differ in rank") }
      values.append(movesIntegers ? try operand(index, layout) : try real(index, layout))
    }
    let place = try normalized(try setting(operation, 0), rank: tensor(first).rank)
    let axis = axis(place, rank: tensor(first).rank, layout)
    let result = emit("Concat", values, [Attribute("axis", .integer(axis))])
    let activation = try choice(operation, 1)
    if movesIntegers, tensor(output).isQuantized {
      return try finishIntegers(result, output, layout, activation)
    }
    try finish(result, output, layout, activation: activation)
  }

  /// Pairs of elements before and behind each axis of the file.
  private func paddings(_ operation: LiteOperator) throws(Untranslatable) -> [(before: Int, behind: Int)] {
    let source = try input(operation, 0)
    guard let list = constant(try input(operation, 1)), list.count == 2 * tensor(source).rank,
      list.allSatisfy({ (0...Int(Int32.max)).contains($0) })
    else { throw .unsupported }
    return stride(from: 0, to: list.count, by: 2).map { (list[$0], list[$0 + 1]) }
  }

  /// By a value that the file may give, else by what stands for zero.
  mutating func pad(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let paddings = try paddings(operation)
    let layout = commonLayout([source])
    let value = try moved(source, output, layout)
    let pads = arranged(paddings, layout)
    var inputs = [value.value, integers(pads.map(\.before) + pads.map(\.behind))]
    if let given = optionalInput(operation, 2) {
      inputs.append(value.isReal ? try real(given, .file) : try operand(given, .file))
    } else if !value.isReal, tensor(source).isQuantized {
      inputs.append(try quantizer(source, .file).zero)
    }
    let result = emit("Pad", inputs, [Attribute("mode", .string(Array("constant".utf8)))])
    try finish(result, output, layout, hasRealValues: value.isReal)
  }

  /// Reflected with or without the edge. With it, the network has no such mode, and elements are gathered.
  mutating func mirrorPad(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let paddings = try paddings(operation)
    let layout = commonLayout([source])
    var (value, isReal) = try moved(source, output, layout)
    if try choice(operation, 0) == 0 {
      let pads = arranged(paddings, layout)
      value = emit(
        "Pad", [value, integers(pads.map(\.before) + pads.map(\.behind))],
        [Attribute("mode", .string(Array("reflect".utf8)))])
    } else {
      for (place, padding) in paddings.enumerated() where padding.before + padding.behind > 0 {
        guard let extent = tensor(source).extents[place], extent <= 1 << 16, padding.before <= extent,
          padding.behind <= extent
        else { throw .unsupported }
        let order =
          (0..<padding.before).reversed() + Array(0..<extent)
          + (0..<padding.behind).map { extent - 1 - $0 }
        let axis = axis(place, rank: paddings.count, layout)
        value = emit("Gather", [value, integers(order)], [Attribute("axis", .integer(axis))])
      }
    }
    try finish(value, output, layout, hasRealValues: isReal)
  }

  mutating func transpose(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard let order = constant(try input(operation, 1)), order.count == tensor(source).rank else {
      throw .unsupported
    }
    let (value, isReal) = try moved(source, output, .file)
    let result = transposed(value, order, isAuxiliary: false)
    try finish(result, output, .file, hasRealValues: isReal)
  }

  mutating func stridedSlice(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let rank = tensor(source).rank
    guard let begins = constant(try input(operation, 1)), let ends = constant(try input(operation, 2)),
      let steps = constant(try input(operation, 3)), begins.count <= rank, ends.count == begins.count,
      steps.count == begins.count, !steps.contains(0), try setting(operation, 2) == 0,
      try setting(operation, 3) == 0, try !flag(operation, 5)
    else { throw .unsupported }
    let masks = (
      begin: try setting(operation, 0), end: try setting(operation, 1), shrink: try setting(operation, 4)
    )
    let shrunk = begins.indices.filter { masks.shrink >> $0 & 1 == 1 }
    let layout = shrunk.isEmpty ? commonLayout([source]) : .file
    var (starts, stops, axes, strides): ([Int], [Int], [Int], [Int]) = ([], [], [], [])
    for place in begins.indices {
      let isShrunk = masks.shrink >> place & 1 == 1
      let isForward = steps[place] > 0
      let start = masks.begin >> place & 1 == 1 && !isShrunk ? (isForward ? 0 : Int.max) : begins[place]
      var stop = masks.end >> place & 1 == 1 ? (isForward ? Int.max : Int.min) : ends[place]
      if isShrunk { stop = start == -1 || start == Int.max ? Int.max : start + 1 }
      if start == 0, stop == Int.max, steps[place] == 1 { continue }
      starts.append(start)
      stops.append(stop)
      strides.append(isShrunk ? 1 : steps[place])
      axes.append(axis(place, rank: rank, layout))
    }
    let (value, isReal) = try moved(source, output, layout)
    var result = emit("Slice", [value, integers(starts), integers(stops), integers(axes), integers(strides)])
    if !shrunk.isEmpty { result = emit("Squeeze", [result, integers(shrunk)]) }
    try finish(result, output, layout, hasRealValues: isReal)
  }

  mutating func slice(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let layout = commonLayout([source])
    guard let begins = constant(try input(operation, 1)), let sizes = constant(try input(operation, 2)) else {
      return try sliceByValues(operation)
    }
    guard begins.count == tensor(source).rank, sizes.count == begins.count else {
      throw malformed("it has not a place for each axis")
    }
    let ends = zip(begins, sizes).map { begin, size in
      let (end, overflow) = begin.addingReportingOverflow(size)
      return size < 0 || overflow ? Int.max : end
    }
    let axes = begins.indices.map { axis($0, rank: begins.count, layout) }
    let (value, isReal) = try moved(source, output, layout)
    let result = emit("Slice", [value, integers(begins), integers(ends), integers(axes)])
    try finish(result, output, layout, hasRealValues: isReal)
  }

  /// Begins or sizes that only the run knows; a size of -1 goes to the end.
  private mutating func sliceByValues(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard tensor(source).hasKnownRank else { throw .unsupported }
    let (begins, sizes) = (try indices(try input(operation, 1)), try indices(try input(operation, 2)))
    let rank = tensor(source).rank
    let isOpen = emit("Less", [sizes, integers([0])], isAuxiliary: true)
    let last = integers(Array(repeating: Int.max, count: rank))
    let ends = emit(
      "Where", [isOpen, last, emit("Add", [begins, sizes], isAuxiliary: true)], isAuxiliary: true)
    let (value, isReal) = try moved(source, output, .file)
    let result = emit("Slice", [value, begins, ends, integers(Array(0..<rank))])
    try finish(result, output, .file, hasRealValues: isReal)
  }

  mutating func split(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 1)
    let layout = commonLayout([source])
    guard let axis = constant(try input(operation, 0))?.first else { throw .unsupported }
    try split(
      source, layout, axis, operation.outputs, [],
      [Attribute("num_outputs", .integer(operation.outputs.count))])
  }

  mutating func splitBySizes(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    let layout = commonLayout([source])
    guard let axis = constant(try input(operation, 2))?.first, var sizes = constant(try input(operation, 1)),
      sizes.count == operation.outputs.count
    else { throw .unsupported }
    // One size may be left to what the others leave.
    if let open = sizes.firstIndex(of: -1) {
      let place = try normalized(axis, rank: tensor(source).rank)
      guard let extent = tensor(source).extents[place] else { throw .unsupported }
      sizes[open] = extent - (sizes.reduce(0, &+) &+ 1)
    }
    try split(source, layout, axis, operation.outputs, [integers(sizes)], [])
  }

  private mutating func split(
    _ source: Int, _ layout: Layout, _ axis: Int, _ outputs: [Int], _ more: [ValueID],
    _ attributes: [Attribute]
  ) throws(Untranslatable) {
    guard outputs.allSatisfy({ sharesQuantization(source, $0) }) else { throw .unsupported }
    let rank = tensor(source).rank
    let place = self.axis(try normalized(axis, rank: rank), rank: rank, layout)
    let parts = emit(
      "Split", [try operand(source, layout)] + more, attributes + [Attribute("axis", .integer(place))],
      outputs: outputs.count)
    for (output, part) in zip(outputs, parts) { bind(output, layout, part) }
  }

  mutating func pack(_ operation: LiteOperator) throws(Untranslatable) {
    let output = operation.outputs[0]
    let axis = try normalized(try setting(operation, 1), rank: tensor(output).rank)
    var rows: [ValueID] = []
    let movesIntegers = operation.inputs.allSatisfy { $0 >= 0 && sharesQuantization($0, output) }
    for place in operation.inputs.indices {
      let source = try input(operation, place)
      let value = movesIntegers ? try operand(source, .file) : try real(source, .file)
      rows.append(emit("Unsqueeze", [value, integers([axis])]))
    }
    let result = emit("Concat", rows, [Attribute("axis", .integer(axis))])
    try finish(result, output, .file, hasRealValues: !movesIntegers)
  }

  mutating func unpack(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    guard operation.outputs.allSatisfy({ sharesQuantization(source, $0) }) else { throw .unsupported }
    let axis = try normalized(try setting(operation, 1), rank: tensor(source).rank)
    let count = operation.outputs.count
    let parts = emit(
      "Split", [try operand(source, .file)],
      [Attribute("num_outputs", .integer(count)), Attribute("axis", .integer(axis))], outputs: count)
    for (output, part) in zip(operation.outputs, parts) {
      bind(output, .file, emit("Squeeze", [part, integers([axis])]))
    }
  }

  mutating func tile(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let (value, isReal) = try moved(source, output, .file)
    let result = emit("Tile", [value, try indices(try input(operation, 1))])
    try finish(result, output, .file, hasRealValues: isReal)
  }

  mutating func reverse(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard let axes = constant(try input(operation, 1)) else { throw .unsupported }
    let (value, isReal) = try moved(source, output, .file)
    let ones = axes.map { _ in -1 }
    let result = emit(
      "Slice", [value, integers(ones), integers(axes.map { _ in Int.min }), integers(axes), integers(ones)])
    try finish(result, output, .file, hasRealValues: isReal)
  }
}
