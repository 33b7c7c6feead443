import Foundation
import Reporting
import Testing

/// The policy of the page names its style and its script by SHA-256 (FIPS 180-4); this computes both anew.
@Suite struct ContentPolicyTests {
  @Test func digestsAreThoseOfStyleAndScript() {
    #expect(HTMLStyle.digest == "sha256-\(SHA256.base64(of: HTMLStyle.sheet))")
    #expect(HTMLScript.digest == "sha256-\(SHA256.base64(of: HTMLScript.code))")
  }

  /// The example of FIPS 180-4: SHA-256("abc").
  @Test func digestIsRight() {
    #expect(SHA256.base64(of: "abc") == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
  }

  @Test func thePageAsksForNothing() {
    let page = HTMLRenderer().render(Report(Sample.subject(.resNet50())))
    for reference in ["http://", "https://", "src=", "url(", "@import", "style=\"", "onclick", "<link"] {
      #expect(!page.contains(reference), "\(reference)")
    }
  }
}

/// FIPS 180-4, section 6.2; slow and short.
private enum SHA256 {
  static func base64(of text: String) -> String {
    var message = Array(text.utf8)
    let bits = UInt64(message.count) * 8
    message.append(0x80)
    while message.count % 64 != 56 { message.append(0) }
    message += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }
    let primes = (2...311).filter { number in !(2..<number).contains { number.isMultiple(of: $0) } }
    let constants = primes.map { fraction(cbrt(Double($0))) }
    var state = primes.prefix(8).map { fraction(Double($0).squareRoot()) }
    for start in stride(from: 0, to: message.count, by: 64) {
      compress(message[start..<start + 64], constants, &state)
    }
    let bytes = state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
    return Data(bytes).base64EncodedString()
  }

  /// The first 32 bits of the fractional part.
  private static func fraction(_ value: Double) -> UInt32 {
    UInt32(truncatingIfNeeded: UInt64((value - value.rounded(.down)) * 4_294_967_296))
  }

  private static func compress(_ block: ArraySlice<UInt8>, _ constants: [UInt32], _ state: inout [UInt32]) {
    func rotated(_ word: UInt32, _ by: UInt32) -> UInt32 { word >> by | word << (32 - by) }
    let bytes = Array(block)
    var words = (0..<16).map { i in (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[4 * i + $1]) } }
    for i in 16..<64 {
      let (a, b) = (words[i - 15], words[i - 2])
      let low = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
      let high = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
      words.append(words[i - 16] &+ low &+ words[i - 7] &+ high)
    }
    var s = state
    for i in 0..<64 {
      let sum1 = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)
      let choice = s[4] & s[5] ^ ~s[4] & s[6]
      let first = s[7] &+ sum1 &+ choice &+ constants[i] &+ words[i]
      let sum0 = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)
      let majority = s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]
      s = [first &+ sum0 &+ majority, s[0], s[1], s[2], s[3] &+ first, s[4], s[5], s[6]]
    }
    for i in 0..<8 { state[i] = state[i] &+ s[i] }
  }
}
