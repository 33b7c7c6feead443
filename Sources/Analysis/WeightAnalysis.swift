package import Network

/// What a file of weights says of a network: how much is stored, as what and where. Without a graph nobody knows what is
/// computed from it.
package struct WeightAnalysis: Sendable {
  package var file: WeightFile
  package var parameters: ParameterCounts
  /// Largest first.
  package var types: [Share]
  /// The modules at one depth of the tree that dotted names make, in the file's order.
  package var modules: [Share]
  package var elements: Int
  package var bytes: Int

  /// What some of the tensors hold together.
  package struct Share: Sendable, Hashable {
    package var name: String
    package var tensors: Int
    package var elements: Int
    package var bytes: Int
  }

  package init(_ file: WeightFile) throws(AnalysisError) {
    self.file = file
    parameters = ParameterCounts()
    var total = Share(name: "", tensors: 0, elements: 0, bytes: 0)
    var byType: [String: Share] = [:]
    for tensor in file.tensors {
      try total.add(tensor)
      try byType[tensor.type.name, default: .none(tensor.type.name)].add(tensor)
      // Parts of a sum that is checked.
      switch Self.use(of: tensor) {
      case .learnable: parameters.learnable += tensor.elements
      case .buffer: parameters.buffers += tensor.elements
      case .constant: parameters.constants += tensor.elements
      }
    }
    elements = total.elements
    bytes = total.bytes
    types = byType.values.sorted { ($0.bytes, $1.name) > ($1.bytes, $0.name) }
    modules = try ModuleShares.of(file.tensors)
  }

  /// Running statistics are told by the names that PyTorch gives them, and counters, masks and tables of indices by
  /// being integers of more than a byte.
  private static func use(of tensor: StoredTensor) -> ParameterClass {
    if tensor.name.hasSuffix("running_mean") || tensor.name.hasSuffix("running_var") { return .buffer }
    guard tensor.type.kind == .integer else { return .learnable }
    return tensor.type.blockBytes > 1 || tensor.type.name == "BOOL" ? .constant : .learnable
  }
}

extension WeightAnalysis.Share {
  fileprivate static func none(_ name: String) -> Self { Self(name: name, tensors: 0, elements: 0, bytes: 0) }

  fileprivate mutating func add(_ tensor: StoredTensor) throws(AnalysisError) {
    let (elements, tooMany) = elements.addingReportingOverflow(tensor.elements)
    let (bytes, tooLarge) = bytes.addingReportingOverflow(tensor.bytes)
    if tooMany || tooLarge { throw .overflow(figure: "the number of parameters") }
    tensors += 1
    self.elements = elements
    self.bytes = bytes
  }
}

/// Rolls tensors up by module: `model.layers.0.mlp.up_proj.weight` belongs to `model.layers.0`.
private enum ModuleShares {
  /// The modules just deep enough that there are several, but no deeper than a repeated block.
  static func of(_ tensors: [StoredTensor]) throws(AnalysisError) -> [WeightAnalysis.Share] {
    let paths = tensors.map { $0.name.split(separator: ".").dropLast().map(String.init) }
    let deepest = min(paths.map(\.count).max() ?? 0, 8)
    guard deepest > 0 else { return [] }
    let depth = (1...deepest).first { depth in Set(paths.map { key($0, depth) }).count >= 3 } ?? deepest
    var order: [String] = []
    var shares: [String: WeightAnalysis.Share] = [:]
    for (tensor, path) in zip(tensors, paths) {
      let name = key(path, depth)
      if shares[name] == nil { order.append(name) }
      try shares[name, default: .none(name)].add(tensor)
    }
    return order.compactMap { shares[$0] }
  }

  /// The first `depth` parts of a path; a number belongs to the word before it.
  private static func key(_ path: [String], _ depth: Int) -> String {
    var parts: [String] = []
    var words = 0
    for part in path {
      let isNumber = part.allSatisfy(\.isNumber)
      if words == depth && !isNumber { break }
      words += isNumber ? 0 : 1
      parts.append(part)
    }
    return parts.joined(separator: ".")
  }
}
