/// MT19937 (Matsumoto, Nishimura 1998), seeded and read as numpy's `RandomState` does it: what ONNX's reference draws
/// the elements from that a training dropout keeps.
struct MersenneTwister {
  private var state: [UInt32]
  private var place = 624

  init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(624)
    for index in 1..<UInt32(624) {
      let last = state[Int(index) - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ index)
    }
  }

  /// Evenly spread over [0, 1), with 53 bits.
  mutating func uniform() -> Double {
    let (high, low) = (next() >> 5, next() >> 6)
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }

  private mutating func next() -> UInt32 {
    if place == 624 { twist() }
    var bits = state[place]
    place += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & 0x9d2c_5680
    bits ^= (bits << 15) & 0xefc6_0000
    return bits ^ (bits >> 18)
  }

  private mutating func twist() {
    for index in 0..<624 {
      let bits = (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7fff_ffff)
      state[index] = state[(index + 397) % 624] ^ (bits >> 1) ^ (bits & 1 == 0 ? 0 : 0x9908_b0df)
    }
    place = 0
  }
}
