internal import Commands
internal import Formats

/// Bytes as the inputs and outputs of a run.
enum DataInput {
  static func readTensor(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return }
    let kinds: [TestData.Kind] = [.tensor, .sequence, .optional, .map]
    let path = InputFile.write(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
    _ = try? TestData.read(path: path, as: kinds[Int(first) % kinds.count])
  }

  static func readArray(_ bytes: UnsafeRawBufferPointer) {
    _ = try? NumpyFile.read(bytes)
  }
}
