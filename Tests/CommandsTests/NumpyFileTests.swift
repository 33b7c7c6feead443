import Commands
import Network
import Operators
import Testing

@Suite struct NumpyFileTests {
  /// io.BytesIO(); numpy.save(f, numpy.array([[1, 2, 3], [4, 5, 6]], dtype=...)): header as numpy 2 writes it.
  private func file(_ type: String, order: String = "False", shape: String = "(2, 3)", _ data: [UInt8])
    -> [UInt8]
  {
    let header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
    let padded = header + String(repeating: " ", count: 117 - header.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8) + data
  }

  private func read(_ bytes: [UInt8]) throws -> DenseTensor {
    try bytes.withUnsafeBytes { (buffer) throws(NumpyFile.Failure) in try NumpyFile.read(buffer) }
  }

  @Test func `Row order, column order and big-endian numbers mean the same array`() throws {
    let plain = try read(file("<i2", [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]))
    let columns = try read(file("<i2", order: "True", [1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0]))
    let bigEndian = try read(file(">i2", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6]))
    #expect(plain.dimensions == [2, 3] && plain.element == .int16)
    #expect(plain.integers == [1, 2, 3, 4, 5, 6])
    #expect(columns.integers == plain.integers)
    #expect(bigEndian.integers == plain.integers)
  }

  @Test(arguments: [[], [1], [3], [2, 3], [2, 1, 2]])
  func `What is written is read back`(dimensions: [Int]) throws {
    let count = dimensions.reduce(1, *)
    let tensor = DenseTensor.float32((0..<count).map { Float($0) + 0.5 }, dimensions)
    let bytes = NumpyFile.write(tensor)
    let again = try read(bytes)
    #expect(again.dimensions == dimensions)
    #expect(Array(again.elements(as: Float.self)) == Array(tensor.elements(as: Float.self)))
    #expect((bytes.count - count * 4) % 64 == 0)
  }

  @Test func `Damaged files are refused`() {
    #expect(throws: NumpyFile.Failure.notNumpy) { try read([1, 2, 3]) }
    #expect(throws: NumpyFile.Failure.truncated(needed: 12, found: 11)) {
      try read(file("<i2", [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6]))
    }
    #expect(throws: NumpyFile.Failure.type("|O")) { try read(file("|O", [])) }
    #expect(throws: NumpyFile.Failure.tooLarge) {
      try read(file("<i2", shape: "(4611686018427387904, 4)", []))
    }
    #expect(throws: NumpyFile.Failure.header("shape (-1, 2)")) { try read(file("<i2", shape: "(-1, 2)", [])) }
  }

  @Test func `Every truncation is refused`() {
    let whole = file("<f4", [UInt8](repeating: 0, count: 24))
    for length in 0..<whole.count {
      #expect(throws: NumpyFile.Failure.self, "\(length) bytes") { try read(Array(whole.prefix(length))) }
    }
  }
}
