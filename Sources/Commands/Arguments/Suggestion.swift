/// The word of `candidates` that `word` most likely stands for: it is the beginning of no other, or at most a third of its
/// letters differ.
package func suggestion(for word: String, among candidates: [String]) -> String? {
  let begun = candidates.filter { $0.hasPrefix(word) }
  if word.count >= 2, begun.count == 1 { return begun[0] }
  let letters = Array(word.lowercased())
  let ranked = candidates.map { (distance(letters, Array($0.lowercased())), $0) }.min { $0.0 < $1.0 }
  guard let (distance, candidate) = ranked, distance <= max(1, (letters.count + 1) / 3) else { return nil }
  return candidate
}

/// The number of insertions, deletions, replacements and swaps of neighbours that make `a` into `b` (optimal string
/// alignment distance).
func distance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1] + [Int](repeating: 0, count: b.count)
    for j in b.indices {
      let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
      current[j + 1] = min(replaced, last[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        current[j + 1] = min(current[j + 1], beforeLast[j - 1] + 1)
      }
    }
    beforeLast = last
    last = current
  }
  return last[b.count]
}
