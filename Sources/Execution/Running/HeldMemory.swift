internal import Operators

/// Counts the bytes of the tensors that a run has made and still needs, each once however many values show it. What a loop carries
/// from round to round counts with the loop's results.
///
/// A class because all scopes of a run count together.
final class HeldMemory {
  private let limit: Int
  private var bytes = 0
  /// How many values show each buffer.
  private var holders: [ObjectIdentifier: Int] = [:]
  private var refused: ExecutionError?

  init(limit: Int) { self.limit = limit }

  /// Bytes that may still be made.
  var room: Int { max(limit - bytes, 0) }

  func hold(_ value: RuntimeValue) {
    forEachTensor(of: value) { tensor in
      let key = ObjectIdentifier(tensor.buffer)
      let count = holders[key, default: 0]
      holders[key] = count + 1
      if count == 0 { bytes = Self.sum(bytes, tensor.buffer.byteCount) }
    }
  }

  /// The opposite of `hold`.
  func letGo(_ value: RuntimeValue) {
    forEachTensor(of: value) { tensor in
      let key = ObjectIdentifier(tensor.buffer)
      guard let count = holders[key] else { return }
      holders[key] = count > 1 ? count - 1 : nil
      if count == 1 { bytes -= min(bytes, tensor.buffer.byteCount) }
    }
  }

  /// A node may have several results, each of which had room by itself.
  func check() throws(ExecutionError) {
    if bytes > limit { throw refusal(of: 0) }
  }

  /// The error of a result that has no room. The first stands, however many nodes around its own pass it on.
  func refusal(of wanted: Int) -> ExecutionError {
    let refusal = refused ?? .memoryLimit(bytes: Self.sum(bytes, wanted), limit: limit)
    refused = refusal
    return refusal
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  private func forEachTensor(of value: RuntimeValue, _ body: (DenseTensor) -> Void) {
    switch value {
    case .tensor(let tensor): body(tensor)
    case .sequence(let elements): for element in elements { forEachTensor(of: element, body) }
    case .optional(let element): if let element { forEachTensor(of: element, body) }
    case .map(let map):
      forEachTensor(of: map.keys, body)
      forEachTensor(of: map.values, body)
    case .strings: break
    }
  }
}
