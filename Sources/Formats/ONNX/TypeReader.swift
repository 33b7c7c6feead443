import Network

extension ModelReader {
  /// A `TypeProto`; nil if it does not say which type.
  func declaredType(_ slices: Slices, depth: Int) throws(FormatError) -> DeclaredType? {
    // Of several kinds the last one counts; pieces of one kind are merged.
    var kind = 0
    var value = Slices()
    try slices.forEachField(file.bytes, depth: depth, limits: limits) { (reader) throws(FormatError) in
      switch (reader.number, reader.kind) {
      case (1, .bytes), (4, .bytes), (5, .bytes), (7, .bytes), (8, .bytes), (9, .bytes):
        if reader.number != kind { value = Slices() }
        kind = reader.number
        value.append(reader.range)
      default: break
      }
    }
    switch kind {
    case 1: return try tensorType(value, depth: depth + 1).map { .tensor($0.element, $0.dimensions) }
    case 8: return try tensorType(value, depth: depth + 1).map { .sparseTensor($0.element, $0.dimensions) }
    case 4: return try elementType(value, field: 1, depth: depth + 1).type.map { .sequence($0) }
    case 9: return try elementType(value, field: 1, depth: depth + 1).type.map { .optional($0) }
    case 5:
      let (key, element) = try elementType(value, field: 2, depth: depth + 1)
      guard let element, let key = try ElementType(code: key) else { return nil }
      return .map(key: key, value: element)
    case 7: return try opaqueType(value, depth: depth + 1)
    default: return nil
    }
  }

  /// A sequence's, optional's or map's type of element, and a map's type of key.
  private func elementType(
    _ slices: Slices, field: Int, depth: Int
  ) throws(FormatError) -> (key: Int, type: DeclaredType?) {
    var inner = Slices()
    var key = 0
    try slices.forEachField(file.bytes, depth: depth, limits: limits) { (reader) throws(FormatError) in
      if reader.number == field, reader.kind == .bytes { inner.append(reader.range) }
      if reader.number == 1, reader.kind == .varint { key = reader.integer32 }
    }
    return (key, try declaredType(inner, depth: depth + 1))
  }

  private func opaqueType(_ slices: Slices, depth: Int) throws(FormatError) -> DeclaredType {
    var domain = 0..<0
    var name = 0..<0
    try slices.forEachField(file.bytes, depth: depth, limits: limits) { (reader) throws(FormatError) in
      if reader.number == 1, reader.kind == .bytes { domain = reader.range }
      if reader.number == 2, reader.kind == .bytes { name = reader.range }
    }
    return .opaque(domain: text(domain), name: text(name))
  }

  private func tensorType(
    _ slices: Slices, depth: Int
  ) throws(FormatError) -> (element: ElementType, dimensions: [DeclaredDimension]?)? {
    var code = 0
    var shape = Slices()
    try slices.forEachField(file.bytes, depth: depth, limits: limits) { (reader) throws(FormatError) in
      if reader.number == 1, reader.kind == .varint { code = reader.integer32 }
      if reader.number == 2, reader.kind == .bytes { shape.append(reader.range) }
    }
    guard let element = try ElementType(code: code) else { return nil }
    if shape.isEmpty { return (element, nil) }
    var dimensions: [DeclaredDimension] = []
    try shape.forEachField(file.bytes, depth: depth + 1, limits: limits) { (reader) throws(FormatError) in
      guard reader.number == 1, reader.kind == .bytes else { return }
      guard dimensions.count < limits.rank else {
        throw FormatError(.tooMany(.rank, limit: limits.rank), offset: reader.offset)
      }
      dimensions.append(try dimension(reader.range, depth: depth + 2))
    }
    return (element, dimensions)
  }

  /// A `Dimension`. Negative extents and the symbol `?` are what some exporters write for an unknown one.
  private func dimension(_ range: Range<Int>, depth: Int) throws(FormatError) -> DeclaredDimension {
    var dimension = DeclaredDimension.unknown
    var reader = try WireReader(file.bytes, range, depth: depth, limits: limits)
    while try reader.next() {
      switch (reader.number, reader.kind) {
      case (1, .varint): dimension = reader.integer < 0 ? .unknown : .fixed(reader.integer)
      case (2, .bytes):
        let symbol = text(try name(reader.range))
        dimension = symbol.isEmpty || symbol == "?" ? .unknown : .symbol(symbol)
      default: break
      }
    }
    return dimension
  }
}

extension ElementType {
  /// The type that ONNX gives this number; nil for 0, which is no type.
  init?(code: Int) throws(FormatError) {
    if code == 0 { return nil }
    guard let raw = UInt8(exactly: code), let type = ElementType(rawValue: raw) else {
      throw FormatError(.elementType(code))
    }
    self = type
  }
}
