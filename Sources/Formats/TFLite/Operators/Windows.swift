import Network

/// Operators that move a window over a map. They work on maps whose channels stand behind the batch.
extension SubgraphTranslator {
  /// Settings of a window, one entry for each spatial axis.
  private struct Window {
    var kernel: [Int]
    var strides: [Int]
    var dilations: [Int]
    var isSame: Bool
  }

  private func checked(_ window: Window) throws(Untranslatable) -> Window {
    for number in window.kernel + window.strides + window.dilations
    where !(1...Int(Int32.max)).contains(number) {
      throw malformed("a window has an extent, a stride or a dilation of \(number)")
    }
    return window
  }

  /// Of `padding`, 0 keeps the extents but for the stride, 1 adds nothing.
  private func isSame(_ padding: Int) throws(Untranslatable) -> Bool {
    guard padding == 0 || padding == 1 else { throw malformed("its padding \(padding) does not exist") }
    return padding == 0
  }

  /// Padding in numbers where the map's extents are fixed: the odd element stands at the end.
  private func attributes(_ window: Window, over index: Int) -> [Attribute] {
    var result = [
      Attribute("kernel_shape", .integers(window.kernel)), Attribute("strides", .integers(window.strides)),
    ]
    if window.dilations.contains(where: { $0 != 1 }) {
      result.append(Attribute("dilations", .integers(window.dilations)))
    }
    guard window.isSame else { return result }
    var (begins, ends): ([Int], [Int]) = ([], [])
    for (place, extent) in tensor(index).extents.dropFirst().dropLast().enumerated() {
      guard let extent, let total = padding(extent, window, place) else {
        return result + [Attribute("auto_pad", .string(Array("SAME_UPPER".utf8)))]
      }
      begins.append(total / 2)
      ends.append(total - total / 2)
    }
    return result + [Attribute("pads", .integers(begins + ends))]
  }

  private func padding(_ extent: Int, _ window: Window, _ place: Int) -> Int? {
    let (steps, kernel) = (window.strides[place], window.kernel[place])
    guard extent > 0 else { return nil }
    let count = (extent - 1) / steps + 1
    // Below 2^31 each, so that no product of two reaches the end of an `Int`.
    return max((count - 1) * steps + (kernel - 1) * window.dilations[place] + 1 - extent, 0)
  }

  mutating func convolution(_ operation: LiteOperator, isDepthwise: Bool) throws(Untranslatable) {
    let (source, filter) = (try input(operation, 0), try input(operation, 1))
    let weight = tensor(filter)
    guard tensor(source).rank == 4, weight.rank == 4, let channels = tensor(source).extents[3], channels > 0
    else {
      throw .unsupported
    }
    // The depthwise operator's multiplier stands between strides and activation.
    let shift = isDepthwise ? 1 : 0
    let window = try checked(
      Window(
        kernel: Array(weight.shape[1...2]),
        strides: [try setting(operation, 2), try setting(operation, 1)],
        dilations: [
          try setting(operation, 5 + shift, default: 1), try setting(operation, 4 + shift, default: 1),
        ], isSame: try isSame(try choice(operation, 0))))
    let groups: Int
    if isDepthwise {
      guard weight.shape[0] == 1, weight.shape[3] % channels == 0 else {
        throw malformed("its filter does not fit its map")
      }
      groups = channels
    } else {
      guard weight.shape[3] > 0, channels % weight.shape[3] == 0 else {
        throw malformed("its filter does not fit its map")
      }
      groups = channels / weight.shape[3]
    }
    var attributes = attributes(window, over: source)
    if groups != 1 { attributes.append(Attribute("group", .integer(groups))) }
    try matrixLayer(
      operation, Matrix(source: source, weight: filter, bias: optionalInput(operation, 2)), "Conv",
      attributes,
      order: isDepthwise ? [3, 0, 1, 2] : [0, 3, 1, 2], activation: try choice(operation, 3 + shift))
  }

  /// The operands of a layer with weights.
  struct Matrix {
    var source: Int
    var weight: Int
    var bias: Int?
  }

  /// A convolution on integers where both operands are of 8 bits, else on the numbers that they stand for. `order` is
  /// that of the network's weights.
  private mutating func matrixLayer(
    _ operation: LiteOperator, _ matrix: Matrix, _ name: String, _ attributes: [Attribute], order: [Int],
    activation: Int
  ) throws(Untranslatable) {
    let output = operation.outputs[0]
    if name == "Conv", isIntegerLayer(matrix, output) {
      let source = try operand(matrix.source, .channelsFirst)
      let weight = transposed(try operand(matrix.weight, .file), order, isAuxiliary: true)
      let result = try integerConvolution(matrix, source, weight, to: output, attributes)
      return try finishIntegers(result, output, .channelsFirst, activation)
    }
    var inputs = [
      try real(matrix.source, .channelsFirst),
      transposed(try real(matrix.weight, .file), order, isAuxiliary: true),
    ]
    if let bias = matrix.bias { inputs.append(try realBias(bias, matrix)) }
    try finish(emit(name, inputs, attributes), output, .channelsFirst, activation: activation)
  }

  mutating func convolution3D(_ operation: LiteOperator) throws(Untranslatable) {
    let (source, filter) = (try input(operation, 0), try input(operation, 1))
    let weight = tensor(filter)
    guard tensor(source).rank == 5, weight.rank == 5, let channels = tensor(source).extents[4], channels > 0,
      weight.shape[3] > 0, channels % weight.shape[3] == 0
    else { throw .unsupported }
    let window = try checked(
      Window(
        kernel: Array(weight.shape[0...2]),
        strides: [try setting(operation, 1), try setting(operation, 3), try setting(operation, 2)],
        dilations: [
          try setting(operation, 5, default: 1), try setting(operation, 7, default: 1),
          try setting(operation, 6, default: 1),
        ], isSame: try isSame(try choice(operation, 0))))
    var attributes = attributes(window, over: source)
    if channels != weight.shape[3] {
      attributes.append(Attribute("group", .integer(channels / weight.shape[3])))
    }
    try matrixLayer(
      operation, Matrix(source: source, weight: filter, bias: optionalInput(operation, 2)), "Conv",
      attributes,
      order: [4, 3, 0, 1, 2], activation: try choice(operation, 4))
  }

  /// The file gives the extents of the result; padding follows from them.
  mutating func transposedConvolution(_ operation: LiteOperator) throws(Untranslatable) {
    let (filter, source) = (try input(operation, 1), try input(operation, 2))
    let (weight, output) = (tensor(filter), operation.outputs[0])
    guard tensor(source).rank == 4, weight.rank == 4, tensor(output).rank == 4 else { throw .unsupported }
    let window = try checked(
      Window(
        kernel: Array(weight.shape[1...2]), strides: [try setting(operation, 2), try setting(operation, 1)],
        dilations: [1, 1], isSame: try isSame(try choice(operation, 0))))
    var (begins, ends, rests): ([Int], [Int], [Int]) = ([], [], [])
    for place in 0..<2 {
      guard let extent = tensor(source).extents[place + 1], let wanted = tensor(output).extents[place + 1],
        extent > 0
      else { throw .unsupported }
      let whole = (extent - 1) * window.strides[place] + window.kernel[place]
      let surplus = max(whole - wanted, 0)
      begins.append(surplus / 2)
      ends.append(surplus - surplus / 2)
      rests.append(max(wanted - whole, 0))
    }
    let attributes = [
      Attribute("kernel_shape", .integers(window.kernel)), Attribute("strides", .integers(window.strides)),
      Attribute("pads", .integers(begins + ends)), Attribute("output_padding", .integers(rests)),
    ]
    try matrixLayer(
      operation, Matrix(source: source, weight: filter, bias: optionalInput(operation, 3)), "ConvTranspose",
      attributes, order: [3, 0, 1, 2], activation: try choice(operation, 3))
  }

  mutating func pool(_ operation: LiteOperator, _ name: String) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let attributes = try poolAttributes(operation)
    // The largest of some integers stands for the largest number.
    let movesIntegers =
      name == "MaxPool" && tensor(source).element?.bits == 8 && sharesQuantization(source, output)
    let value = movesIntegers ? try operand(source, .channelsFirst) : try real(source, .channelsFirst)
    let activation = try choice(operation, 5)
    let result = emit(name, [value], attributes)
    if movesIntegers { return try finishIntegers(result, output, .channelsFirst, activation) }
    try finish(result, output, .channelsFirst, activation: activation)
  }

  mutating func rootMeanSquarePool(_ operation: LiteOperator) throws(Untranslatable) {
    let attributes = try poolAttributes(operation)
    let value = try real(try input(operation, 0), .channelsFirst)
    let mean = emit("AveragePool", [emit("Mul", [value, value])], attributes)
    try finish(
      emit("Sqrt", [mean]), operation.outputs[0], .channelsFirst, activation: try choice(operation, 5))
  }

  private func poolAttributes(_ operation: LiteOperator) throws(Untranslatable) -> [Attribute] {
    let source = try input(operation, 0)
    guard tensor(source).rank == 4 else { throw .unsupported }
    let window = try checked(
      Window(
        kernel: [try setting(operation, 4), try setting(operation, 3)],
        strides: [try setting(operation, 2), try setting(operation, 1)], dilations: [1, 1],
        isSame: try isSame(try choice(operation, 0))))
    return attributes(window, over: source)
  }

  mutating func resize(_ operation: LiteOperator, isLinear: Bool) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    guard tensor(source).rank == 4, let extents = constant(try input(operation, 1)), extents.count == 2,
      extents.allSatisfy({ $0 > 0 })
    else { throw .unsupported }
    let first = isLinear ? 2 : 0
    let (aligns, isCentred) = (try flag(operation, first), try flag(operation, first + 1))
    let mapping = aligns ? "align_corners" : isCentred ? "half_pixel" : "asymmetric"
    var attributes = [
      Attribute("mode", .string(Array((isLinear ? "linear" : "nearest").utf8))),
      Attribute("coordinate_transformation_mode", .string(Array(mapping.utf8))),
    ]
    if !isLinear {
      let rounding = aligns || isCentred ? "round_prefer_ceil" : "floor"
      attributes.append(Attribute("nearest_mode", .string(Array(rounding.utf8))))
    }
    attributes.append(Attribute("axes", .integers([2, 3])))
    let movesIntegers = !isLinear && sharesQuantization(source, output)
    let value = movesIntegers ? try operand(source, .channelsFirst) : try real(source, .channelsFirst)
    let result = emit("Resize", [value, nil, nil, integers(extents)], attributes)
    try finish(result, output, .channelsFirst, hasRealValues: !movesIntegers)
  }

  mutating func blocks(_ operation: LiteOperator, _ name: String) throws(Untranslatable) {
    let (source, output) = (try input(operation, 0), operation.outputs[0])
    let size = try setting(operation, 0)
    guard tensor(source).rank == 4, (1...4096).contains(size) else {
      throw malformed("its blocks have \(size) elements")
    }
    let movesIntegers = sharesQuantization(source, output)
    let value = movesIntegers ? try operand(source, .channelsFirst) : try real(source, .channelsFirst)
    let result = emit(name, [value], [Attribute("blocksize", .integer(size))])
    try finish(result, output, .channelsFirst, hasRealValues: !movesIntegers)
  }
}
