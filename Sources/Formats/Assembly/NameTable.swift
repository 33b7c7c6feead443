/// A name of the file as a small number; equal names have equal numbers.
struct NameID: Equatable {
  let index: Int32
  /// The name of no characters, which stands for an input or output that is left out.
  static let empty = NameID(index: -1)
  var isEmpty: Bool { index < 0 }
}

/// All names of a file, each stored once. Compared byte by byte, so names that only look alike stay apart.
struct NameTable {
  private var characters: [UInt8] = []
  /// Where the characters of each name end; they begin where those of the name before end.
  private var ends: [Int] = []
  /// Names by hash, with linear probing. The count is a power of two.
  private var slots = [Slot](repeating: .free, count: 64)

  /// A name's number with its hash beside it, so that other names in the way are passed over without looking at them.
  private struct Slot {
    var hash: UInt32
    var index: Int32
    static let free = Slot(hash: 0, index: -1)
    var isTaken: Bool { index >= 0 }
  }

  var count: Int { ends.count }

  /// The number of `name`, which is stored if it is new.
  mutating func id(of name: UnsafeRawBufferPointer) -> NameID {
    if name.isEmpty { return .empty }
    // Seeded by the process, so that a file cannot choose names that collide.
    var hasher = Hasher()
    hasher.combine(bytes: name)
    let hash = UInt32(truncatingIfNeeded: hasher.finalize())
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot].isTaken {
      let candidate = slots[slot]
      if candidate.hash == hash, equals(name, Int(candidate.index)) { return NameID(index: candidate.index) }
      slot = (slot + 1) & (slots.count - 1)
    }
    let id = Int32(ends.count)
    slots[slot] = Slot(hash: hash, index: id)
    characters.append(contentsOf: name)
    ends.append(characters.count)
    if ends.count * 2 > slots.count { grow() }
    return NameID(index: id)
  }

  mutating func id(of name: String) -> NameID {
    var name = name
    return name.withUTF8 { id(of: UnsafeRawBufferPointer($0)) }
  }

  /// The name as text; bytes that are not UTF-8 are replaced.
  func string(_ id: NameID) -> String {
    if id.isEmpty { return "" }
    return characters.withUnsafeBufferPointer {
      String(decoding: UnsafeBufferPointer(rebasing: $0[range(Int(id.index))]), as: UTF8.self)
    }
  }

  private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  private func equals(_ name: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    let range = range(index)
    guard range.count == name.count else { return false }
    return characters.withUnsafeBytes { characters in
      let known = UnsafeRawBufferPointer(rebasing: characters[range])
      var place = 0
      while place + 8 <= known.count {
        let (a, b) = (
          known.loadUnaligned(fromByteOffset: place, as: UInt64.self),
          name.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        )
        if a != b { return false }
        place += 8
      }
      while place < known.count {
        if known[place] != name[place] { return false }
        place += 1
      }
      return true
    }
  }

  private mutating func grow() {
    let names = slots
    slots = [Slot](repeating: .free, count: names.count * 2)
    for name in names where name.isTaken {
      var slot = Int(name.hash) & (slots.count - 1)
      while slots[slot].isTaken { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = name
    }
  }
}
