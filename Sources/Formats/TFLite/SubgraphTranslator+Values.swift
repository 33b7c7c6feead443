import Network

/// Operands: tensors in the layout that a translation needs, and constants.
extension SubgraphTranslator {
  /// Where each axis of a tensor in `channelsFirst` comes from.
  static func order(_ rank: Int) -> [Int] { rank < 3 ? Array(0..<rank) : [0, rank - 1] + (1..<(rank - 1)) }

  /// Where an axis of the file's layout stands in `layout`.
  func axis(_ axis: Int, rank: Int, _ layout: Layout) -> Int {
    guard layout == .channelsFirst, rank >= 3 else { return axis }
    return axis == 0 ? 0 : axis == rank - 1 ? 1 : axis + 1
  }

  /// A list over the axes of the file's layout, in the order of `layout`.
  func arranged<Element>(_ list: [Element], _ layout: Layout) -> [Element] {
    layout == .file ? list : Self.order(list.count).map { list[$0] }
  }

  /// A tensor as it is stored, in a layout.
  mutating func value(_ index: Int, _ layout: Layout) throws(FormatError) -> ValueID {
    if let value = forms[index][layout] { return value }
    let tensor = subgraph.tensors[index]
    let native = forms[index].native
    guard let source = forms[index][native] else {
      let value = try stored(index)
      forms[index].file = value
      return layout == .file ? value : try self.value(index, layout)
    }
    guard tensor.rank >= 3 else { return source }
    let back = [0] + (2..<tensor.rank) + [1]
    let permutation = layout == .channelsFirst ? Self.order(tensor.rank) : back
    let value = transposed(source, permutation, isAuxiliary: true)
    forms[index][layout] = value
    return value
  }

  mutating func transposed(_ value: ValueID, _ order: [Int], isAuxiliary: Bool) -> ValueID {
    emit("Transpose", [value], [Attribute("perm", .integers(order))], isAuxiliary: isAuxiliary)
  }

  /// A tensor that no operator makes: a constant, or a state, which is zero before the first run.
  private mutating func stored(_ index: Int) throws(FormatError) -> ValueID {
    let tensor = subgraph.tensors[index]
    guard let element = tensor.element else { throw FormatError(.undefinedName(tensor.name)) }
    let storage: Tensor.Storage
    switch tensor.data {
    case .mapped(let range): storage = .mapped(model.file, range)
    case .external(let given): storage = given
    case .none:
      guard tensor.isVariable || tensor.shape.contains(0) else {
        throw FormatError(
          .undefinedName(tensor.name.isEmpty ? "\(index)" : tensor.name), offset: tensor.offset)
      }
      guard let count = element.byteCount(of: Shape(tensor.shape).elementCount ?? 0), count <= Self.stateLimit
      else { throw FormatError(.tooMany(.elements, limit: Self.stateLimit), offset: tensor.offset) }
      storage = .bytes([UInt8](repeating: 0, count: count))
    }
    let name = name(of: index)
    return append(
      name, .initializer(Tensor(name: name, element: element, dimensions: tensor.shape, storage: storage)))
  }

  /// Bytes of one state.
  private static let stateLimit = 1 << 26

  /// The layout in which an operator that treats all axes alike works: that of the maps it reads.
  func commonLayout(_ inputs: [Int]) -> Layout {
    let tensors = inputs.filter { $0 >= 0 }
    let rank = tensors.map { subgraph.tensors[$0].rank }.max() ?? 0
    let isFirst = tensors.contains { index in
      forms[index].native == .channelsFirst && subgraph.tensors[index].rank == rank
    }
    guard isFirst, tensors.allSatisfy({ subgraph.tensors[$0].hasKnownRank }) else { return .file }
    return .channelsFirst
  }

  /// `value`, which stands for a tensor of fewer axes in the file's layout, as one of `rank` axes in `layout`, so that
  /// it is broadcast along the same axes as in the file.
  mutating func broadcast(
    _ value: ValueID, _ tensor: LiteTensor, to rank: Int, _ layout: Layout
  ) throws(Untranslatable) -> ValueID {
    guard layout == .channelsFirst, tensor.rank < rank, tensor.shape.contains(where: { $0 != 1 }) else {
      return value
    }
    guard !tensor.extents.contains(nil) else { throw .unsupported }
    let shape = Array(repeating: 1, count: rank - tensor.rank) + tensor.shape
    let long = shape.enumerated().filter { $0.element != 1 }.map { axis($0.offset, rank: rank, layout) }
    guard long == long.sorted() else {
      let whole = emit("Reshape", [value, integers(shape)], isAuxiliary: true)
      return transposed(whole, Self.order(rank), isAuxiliary: true)
    }
    return emit("Reshape", [value, integers(arranged(shape, layout))], isAuxiliary: true)
  }

  // Constants.

  /// A list of int64.
  mutating func integers(_ list: [Int]) -> ValueID {
    var bytes: [UInt8] = []
    for number in list { withUnsafeBytes(of: Int64(number).littleEndian) { bytes += $0 } }
    return initializer(Tensor(element: .int64, dimensions: [list.count], storage: .bytes(bytes)))
  }

  mutating func floats(_ list: [Float], dimensions: [Int]) -> ValueID {
    var bytes: [UInt8] = []
    for number in list { withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 } }
    return initializer(Tensor(element: .float32, dimensions: dimensions, storage: .bytes(bytes)))
  }

  mutating func scalar(_ number: Float) -> ValueID { floats([number], dimensions: []) }

  /// A number of an integer type, in so many dimensions; nil if the type has no whole bytes.
  mutating func number(_ list: [Int], _ element: ElementType, dimensions: [Int]) -> ValueID {
    var bytes: [UInt8] = []
    for number in list {
      withUnsafeBytes(of: Int64(number).littleEndian) { bytes += $0.prefix(element.bits / 8) }
    }
    return initializer(Tensor(element: element, dimensions: dimensions, storage: .bytes(bytes)))
  }

  /// The content of a short list of integers that the file stores.
  func constant(_ index: Int) -> [Int]? {
    let tensor = subgraph.tensors[index]
    guard case .mapped(let range) = tensor.data, let element = tensor.element else { return nil }
    let bytes = UnsafeRawBufferPointer(rebasing: model.file.bytes[range])
    guard range.count <= 8 * Self.listLimit else { return nil }
    switch element {
    case .int32:
      return stride(from: 0, to: bytes.count, by: 4).map {
        Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int32.self)))
      }
    case .int64:
      return stride(from: 0, to: bytes.count, by: 8).map {
        Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int64.self)))
      }
    default: return nil
    }
  }

  private static var listLimit: Int { 256 }

  /// A list of indices or extents as int64, whatever type the file gives it.
  mutating func indexList(_ index: Int) throws(FormatError) -> ValueID {
    if let list = constant(index) { return number(list, .int64, dimensions: subgraph.tensors[index].shape) }
    let list = try value(index, .file)
    if subgraph.tensors[index].element == .int64 { return list }
    return emit(
      "Cast", [list], [Attribute("to", .integer(Int(ElementType.int64.rawValue)))], isAuxiliary: true)
  }
}
