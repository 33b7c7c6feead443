/// The layers of a network as a graph for comparing: who feeds whom, and what each is at three levels of detail.
struct LayerGraph {
  let count: Int
  let names: [String]
  /// Operators alone; with attributes; with types of weights and outputs. Each tells more than the one before.
  let kind: [UInt64]
  let shape: [UInt64]
  let exact: [UInt64]
  /// Producers of layer `i` in order at `producerStart[i]..<producerStart[i + 1]`; -1 - k is the network's input k.
  private let producers: [Int]
  private let producerStart: [Int]
  /// Layers for which the order of their inputs means nothing.
  private let isCommutative: [Bool]
  /// Readers of layer `i`, with the place at which they read it, 0 where the order means nothing.
  private let consumers: [(layer: Int, place: Int)]
  private let consumerStart: [Int]

  init(_ snapshot: NetworkSnapshot) {
    let layers = snapshot.layers
    count = layers.count
    names = layers.map(\.name)
    kind = layers.map { StructuralHash.of($0.operators) }
    shape = zip(layers, kind).map { StructuralHash.combined($1, StructuralHash.of($0.attributes)) }
    exact = zip(layers, shape).map { layer, hash in
      StructuralHash.combined(
        StructuralHash.combined(hash, StructuralHash.of(layer.weights)), StructuralHash.of(layer.outputs))
    }
    isCommutative = layers.map(\.isCommutative)
    var producers: [Int] = []
    var producerStart = [0]
    var consumerCount = [Int](repeating: 0, count: layers.count + 1)
    for (index, layer) in layers.enumerated() {
      for source in layer.sources {
        let producer = source < 0 ? index + source : -1 - source
        // A file may say anything; what points nowhere feeds nothing.
        guard source >= 0 || producer >= 0 else { continue }
        producers.append(producer)
        if producer >= 0 { consumerCount[producer + 1] += 1 }
      }
      producerStart.append(producers.count)
    }
    for index in consumerCount.indices.dropFirst() { consumerCount[index] += consumerCount[index - 1] }
    var consumers = [(layer: Int, place: Int)](repeating: (0, 0), count: consumerCount.last ?? 0)
    var ends = consumerCount
    for index in layers.indices {
      for place in producerStart[index]..<producerStart[index + 1] where producers[place] >= 0 {
        consumers[ends[producers[place]]] = (index, isCommutative[index] ? 0 : place - producerStart[index])
        ends[producers[place]] += 1
      }
    }
    self.producers = producers
    self.producerStart = producerStart
    self.consumers = consumers
    consumerStart = consumerCount
  }

  func producers(of layer: Int) -> ArraySlice<Int> {
    producers[producerStart[layer]..<producerStart[layer + 1]]
  }

  func consumers(of layer: Int) -> ArraySlice<(layer: Int, place: Int)> {
    consumers[consumerStart[layer]..<consumerStart[layer + 1]]
  }

  /// Each layer with all that it is computed from.
  func ancestry(_ labels: [UInt64]) -> [UInt64] {
    var hashes = labels
    for layer in 0..<count { hashes[layer] = withProducers(layer, labels[layer], hashes) }
    return hashes
  }

  /// Each layer with all that is computed from it.
  func progeny(_ labels: [UInt64]) -> [UInt64] {
    var hashes = labels
    for layer in (0..<count).reversed() { hashes[layer] = withConsumers(layer, labels[layer], hashes) }
    return hashes
  }

  /// Each layer with its surroundings out to `rounds` steps (Weisfeiler and Leman 1968).
  func surroundings(_ labels: [UInt64], rounds: Int) -> [UInt64] {
    var hashes = labels
    for _ in 0..<rounds {
      var refined = hashes
      for layer in 0..<count {
        refined[layer] = withConsumers(layer, withProducers(layer, hashes[layer], hashes), hashes)
      }
      hashes = refined
    }
    return hashes
  }

  private func withProducers(_ layer: Int, _ label: UInt64, _ hashes: [UInt64]) -> UInt64 {
    var hash = label
    var sum: UInt64 = 0
    for producer in producers(of: layer) {
      let theirs = producer >= 0 ? hashes[producer] : UInt64(bitPattern: Int64(producer))
      if isCommutative[layer] {
        sum &+= StructuralHash.mixed(theirs)
      } else {
        hash = StructuralHash.combined(hash, theirs)
      }
    }
    return StructuralHash.combined(hash, sum)
  }

  private func withConsumers(_ layer: Int, _ label: UInt64, _ hashes: [UInt64]) -> UInt64 {
    var sum: UInt64 = 0
    for consumer in consumers(of: layer) {
      sum &+= StructuralHash.combined(hashes[consumer.layer], UInt64(consumer.place))
    }
    return StructuralHash.combined(label, sum)
  }
}
