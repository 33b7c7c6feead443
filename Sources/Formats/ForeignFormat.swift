/// Kinds of file that people have at hand and that no reader here knows, by their first bytes, so that the refusal
/// can say what was given.
enum ForeignFormat {
  static func guess(_ bytes: UnsafeRawBufferPointer) -> String? {
    if starts(bytes, at: 0, "PK") { return "a ZIP archive, as PyTorch, Keras and Core ML packages are" }
    if starts(bytes, at: 1, "HDF") { return "an HDF5 file, as older Keras models are" }
    if starts(bytes, at: 0, "{") { return "JSON" }
    if starts(bytes, at: 0, "\u{80}") || first(bytes) == 0x80 { return "a Python pickle" }
    if first(bytes) == 0x1F { return "a gzip archive" }
    return nil
  }

  private static func first(_ bytes: UnsafeRawBufferPointer) -> UInt8? { bytes.first }

  private static func starts(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ text: StaticString) -> Bool {
    guard bytes.count >= offset + text.utf8CodeUnitCount else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[offset + $0] == text.utf8Start[$0] }
  }
}
