import Kernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Against softmax(scale Q K^T + mask) V in double precision.
@Suite struct AttentionTests {
  struct Size: Sendable { var queries, keys, width: Int }

  @Test(
    arguments: availableInstructionSets,
    [
      Size(queries: 1, keys: 1, width: 3), Size(queries: 5, keys: 37, width: 16),
      Size(queries: 150, keys: 150, width: 32),
      Size(queries: 40, keys: 300, width: 20),
    ])
  func fused(instructionSet: InstructionSet, size: Size) throws {
    let (images, heads) = (2, 3)
    let (queries, keys, width) = (size.queries, size.keys, size.width)
    let pitch = heads * width
    var random = Generator(seed: 8)
    let q = random.floats(images * queries * pitch).map { $0 * 2 }
    let k = random.floats(images * keys * pitch).map { $0 * 2 }
    let v = random.floats(images * keys * pitch)
    let mask = random.floats(images * keys).map { $0 < -0.6 ? -Float.greatestFiniteMagnitude : $0 }
    for (isMasked, isCausal) in [(false, false), (true, false), (false, true)]
    where !isCausal || keys >= queries {
      let attention = Attention(
        batch: [images, heads], queries: queries, keys: keys, width: width, valueWidth: width,
        query: MatrixOperand(buffer: 0, batchStrides: [queries * pitch, width], rowStride: pitch),
        key: MatrixOperand(buffer: 1, batchStrides: [keys * pitch, width], rowStride: pitch),
        value: MatrixOperand(buffer: 2, batchStrides: [keys * pitch, width], rowStride: pitch),
        mask: isMasked ? MatrixOperand(buffer: 3, batchStrides: [keys, 0], rowStride: 0) : nil,
        isCausal: isCausal,
        scale: 0.25,
        result: MatrixOperand(buffer: 0, batchStrides: [queries * pitch, width], rowStride: pitch))
      let kernel = try AttentionKernel(attention, instructionSet: instructionSet)
      var expected = [Double](repeating: 0, count: q.count)
      for image in 0..<images {
        for head in 0..<heads {
          for query in 0..<queries {
            let row = (image * queries + query) * pitch + head * width
            let seen = isCausal ? query + keys - queries + 1 : keys
            let scores = (0..<seen).map { key -> Double in
              let column = (image * keys + key) * pitch + head * width
              let product = (0..<width).reduce(0.0) { $0 + Double(q[row + $1]) * Double(k[column + $1]) }
              return product / 4 + (isMasked ? Double(mask[image * keys + key]) : 0)
            }
            let highest = scores.max() ?? 0
            let sum = scores.reduce(0) { $0 + exp($1 - highest) }
            for (key, score) in scores.enumerated() {
              let column = (image * keys + key) * pitch + head * width
              for i in 0..<width { expected[row + i] += exp(score - highest) / sum * Double(v[column + i]) }
            }
          }
        }
      }
      for threads in [1, 2, 3, 5] {
        let actual = result(of: kernel, [q, k, v, mask], count: q.count, threads: threads)
        #expect(
          relativeError(actual, expected) < 2e-6, "mask \(isMasked) causal \(isCausal) threads \(threads)")
      }
    }
  }
}
