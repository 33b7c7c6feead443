/// What networks cost when someone last said that this is what they may cost: the content of a baseline file.
package struct Baseline: Sendable {
  package static let schema = "assay-baseline/1"

  /// By name, in alphabetical order of their UTF-8.
  package private(set) var networks: [NetworkSnapshot]

  package init(networks: [NetworkSnapshot] = []) {
    self.networks = []
    for network in networks { put(network) }
  }

  /// Adds a network, or puts it in place of the one of that name; what was measured stays unless the new one has its own.
  package mutating func put(_ network: NetworkSnapshot) {
    let place = networks.firstIndex { !$0.name.utf8.lexicographicallyPrecedes(network.name.utf8) }
    guard let place else { return networks.append(network) }
    if networks[place].name == network.name {
      var network = network
      network.measured = network.measured ?? networks[place].measured
      networks[place] = network
    } else {
      networks.insert(network, at: place)
    }
  }
}

/// Why a baseline file cannot be used.
package enum BaselineError: Error, Equatable, Sendable {
  case syntax(JSONSyntaxError)
  case otherSchema(String?)
  case malformed(line: Int, key: String, expected: String)
}
