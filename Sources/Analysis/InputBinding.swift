internal import Network
internal import Operators

/// The extents that stand in place of symbols, and the facts of the network's inputs that follow.
struct InputBinding {
  private(set) var bindings: [SymbolBinding] = []
  private(set) var findings: [Finding] = []
  /// One for each input of the graph; nil where the file declares nothing.
  private(set) var facts: [Fact?] = []
  private var extents: [String: Int] = [:]

  /// Extents by symbol.
  var symbols: [String: Int] { extents }

  init(_ graph: Graph, _ options: AnalysisOptions) throws(AnalysisError) {
    try checkNames(graph, options)
    for (symbol, extent) in options.dimensions.sorted(by: { $0.key < $1.key }) {
      try bind(symbol, extent, isDefault: false)
    }
    for input in graph.inputs { try bindShape(of: graph[input], options.inputShapes[graph[input].name]) }
    try bindBatch(graph, options.batch)
    for input in graph.inputs { try bindRest(of: graph[input]) }
    facts = graph.inputs.map { input in
      fact(of: graph[input], shape: options.inputShapes[graph[input].name])
    }
  }

  private func checkNames(_ graph: Graph, _ options: AnalysisOptions) throws(AnalysisError) {
    let names = graph.inputs.map { graph[$0].name }
    for name in options.inputShapes.keys.sorted() where !names.contains(name) {
      throw .unknownInput(name, known: names)
    }
    var known: [String] = []
    for input in graph.inputs {
      for case let name? in graph[input].symbols where !known.contains(name) { known.append(name) }
      for name in graph[input].sequenceSymbols where !known.contains(name) { known.append(name) }
    }
    for symbol in options.dimensions.keys.sorted() where !known.contains(symbol) {
      throw .unknownSymbol(symbol, known: known)
    }
  }

  private mutating func bind(_ symbol: String, _ extent: Int, isDefault: Bool) throws(AnalysisError) {
    guard extent >= 0 else { throw .negativeExtent(symbol, extent) }
    if let bound = extents[symbol] {
      guard bound == extent else { throw .conflictingExtents(symbol: symbol, bound, extent) }
      return
    }
    extents[symbol] = extent
    bindings.append(SymbolBinding(symbol: symbol, value: extent, isDefault: isDefault))
  }

  /// Takes what `--input-shape` says of one input.
  private mutating func bindShape(of value: Value, _ shape: [Int]?) throws(AnalysisError) {
    guard let shape else { return }
    for extent in shape where extent < 0 { throw .negativeExtent(value.name, extent) }
    guard let declared = value.declaredDimensions else { return }
    guard declared.count == shape.count else {
      throw .inputRank(input: value.name, declared: declared.count, given: shape.count)
    }
    for (axis, (symbol, extent)) in zip(value.symbols, shape).enumerated() {
      if let symbol {
        try bind(symbol, extent, isDefault: false)
      } else if case .fixed(let fixed) = declared[axis], fixed != extent {
        throw .fixedExtent(input: value.name, axis: axis, declared: fixed, given: extent)
      }
    }
  }

  /// A symbol on the leading axis is the batch: as asked for, or 1. A batch that nothing takes is an error.
  private mutating func bindBatch(_ graph: Graph, _ batch: Int?) throws(AnalysisError) {
    var taken = batch == nil
    for input in graph.inputs {
      if case let name?? = graph[input].symbols.first {
        if extents[name] == nil || batch != nil { try bind(name, batch ?? 1, isDefault: batch == nil) }
        taken = true
      } else if case .fixed(let fixed) = graph[input].declaredDimensions?.first {
        taken = taken || fixed == batch
      }
    }
    guard !taken, let batch else { return }
    for input in graph.inputs {
      guard case .fixed(let fixed) = graph[input].declaredDimensions?.first else { continue }
      throw .fixedExtent(input: graph[input].name, axis: 0, declared: fixed, given: batch)
    }
  }

  private mutating func bindRest(of value: Value) throws(AnalysisError) {
    for case let name? in value.symbols where extents[name] == nil {
      try bind(name, 1, isDefault: true)
      findings.append(Finding(.symbolDefaulted(symbol: name, value: 1)))
    }
  }

  /// The fact of one input: what is declared with the bindings put in.
  private func fact(of value: Value, shape: [Int]?) -> Fact? {
    guard let declared = value.declared else {
      return shape.map { Fact(.float32, Shape($0)) }
    }
    guard case .tensor(let element, let dimensions) = declared else {
      let type = declared.bound(by: extents)
      guard case .sequence(let sequence) = type, let length = extents[value.lengthSymbol] else {
        return Fact(type)
      }
      return Fact(.sequence(SequenceType(repeating: sequence.element, count: length)))
    }
    if let shape { return Fact(element, Shape(shape)) }
    guard let dimensions else { return Fact(element, nil) }
    let bound = zip(dimensions, value.symbols).map { dimension, symbol -> Int in
      if case .fixed(let extent) = dimension { return extent }
      return symbol.flatMap { extents[$0] } ?? 1
    }
    return Fact(element, Shape(bound))
  }
}

extension Value {
  /// What stands for the number of elements if this is a sequence, which no file declares: for example `frames[length]`.
  var lengthSymbol: String { "\(name)[length]" }

  /// What may be said of a sequence: its length, and the extents that its elements have by name. Nobody else need bind them: what
  /// is not said stays unknown.
  fileprivate var sequenceSymbols: [String] {
    guard case .sequence(let element) = declared else { return [] }
    guard case .tensor(_, let dimensions?) = element else { return [lengthSymbol] }
    return [lengthSymbol]
      + dimensions.compactMap { if case .symbol(let name) = $0 { name } else { nil } }
  }

  /// The declared extents of a tensor whose rank is declared.
  var declaredDimensions: [DeclaredDimension]? {
    if case .tensor(_, let dimensions) = declared { dimensions } else { nil }
  }

  /// By axis, what stands for an extent that the file leaves open: its symbol, or the input's name and the axis, for
  /// example `image[2]`, where it has none. nil where the extent is fixed.
  var symbols: [String?] {
    (declaredDimensions ?? []).enumerated().map { axis, dimension in
      switch dimension {
      case .fixed: nil
      case .symbol(let name): name
      case .unknown: "\(name)[\(axis)]"
      }
    }
  }
}
