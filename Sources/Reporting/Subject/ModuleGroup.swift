internal import Analysis

/// The layers of one module, as far down the module tree as was asked for.
struct ModuleGroup: Sendable {
  /// Names from the outermost module on; empty for layers outside any module.
  var path: [String]
  var layers: [Int]

  /// Every layer in exactly one group, by the first `depth` names of its module path, in order of execution. A module
  /// that all layers share is the network itself, and not counted.
  static func all(of layers: [Layer], depth: Int) -> [ModuleGroup] {
    let root = sharedRoot(of: layers)
    var groups: [ModuleGroup] = []
    var places: [[String]: Int] = [:]
    for (index, layer) in layers.enumerated() {
      let path = Array(layer.scope.dropFirst(root).prefix(depth))
      if let place = places[path] {
        groups[place].layers.append(index)
      } else {
        places[path] = groups.count
        groups.append(ModuleGroup(path: path, layers: [index]))
      }
    }
    return groups
  }

  /// How many outermost names all layers that are in a module have in common.
  private static func sharedRoot(of layers: [Layer]) -> Int {
    let scopes = layers.map(\.scope).filter { !$0.isEmpty }
    guard var shared = scopes.first?[...] else { return 0 }
    for scope in scopes {
      let count = zip(shared, scope).prefix { $0 == $1 }.count
      shared = shared.prefix(count)
    }
    // A network of one module has that module in its root; it is shown rather than nothing.
    return scopes.allSatisfy { $0.count == shared.count } ? 0 : shared.count
  }

  var name: Quantity {
    path.isEmpty ? .text("outside any module") : .name(ModulePath.shortened(path.joined(separator: "/")))
  }
}

/// The figures of one module's layers together; sums over all modules are the network's totals.
struct ModuleCost: Sendable {
  var group: ModuleGroup
  var cost: GroupCost
  var parameters = ParameterCounts()
  var parameterBytes = 0
  var flops: Tally
  var elementwiseOperations: Tally
  var activationElements: Tally
  var activationBytes: Tally

  init(_ group: ModuleGroup, of subject: Subject) {
    let layers = group.layers.map { subject.analysis.layers[$0] }
    self.group = group
    cost = GroupCost(group.layers, of: subject)
    // Parts of sums that the analysis has checked.
    for layer in layers {
      parameters.learnable += layer.parameters.learnable
      parameters.buffers += layer.parameters.buffers
      parameters.constants += layer.parameters.constants
      parameterBytes += layer.parameterBytes
    }
    flops = Tally(layers.map(\.flops))
    elementwiseOperations = Tally(layers.map(\.elementwiseOperations))
    activationElements = Tally(layers.map { $0.activations?.elements })
    activationBytes = Tally(layers.map { $0.activations?.bytes })
  }
}

extension Subject {
  /// By module at the depth that was asked for; nil where none was.
  var modules: [ModuleCost]? {
    moduleDepth.map { depth in
      ModuleGroup.all(of: analysis.layers, depth: depth).map { ModuleCost($0, of: self) }
    }
  }
}
