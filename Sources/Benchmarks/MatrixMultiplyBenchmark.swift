import Kernels

/// Products with packed weights, in the shapes of transformers (128 and 197 tokens, batch 1 and 8), squares, and the
/// few rows of classifiers; then attention of whole layers.
func runMatrixMultiplyBenchmark(_ words: [String]) throws {
  let timer = KernelTimer(words)
  let shapes: [(rows: Int, columns: Int, depth: Int)] = [
    (128, 768, 768), (128, 3072, 768), (128, 768, 3072), (197, 768, 768), (197, 2304, 768), (197, 3072, 768),
    (197, 768, 3072), (1024, 768, 768), (1024, 3072, 768), (1024, 768, 3072), (512, 512, 512),
    (1024, 1024, 1024), (2048, 2048, 2048), (3072, 3072, 3072), (1, 1000, 2048), (1, 4096, 4096),
    (8, 1000, 2048), (8, 4096, 4096), (128, 50257, 768),
  ]
  print("threads \(timer.threads), \(timer.instructionSet.rawValue)")
  print(column("rows x columns x depth", width: 26), "      ms  GFLOP/s  % of peak  weights GB/s  % of read")
  for shape in shapes {
    let name = "\(shape.rows)x\(shape.columns)x\(shape.depth)"
    guard name.contains(timer.filter) || timer.filter.isEmpty else { continue }
    let weights = [Float](repeating: 0.25, count: shape.columns * shape.depth)
    var problem = MatrixMultiplication.dense(
      rows: shape.rows, columns: shape.columns, depth: shape.depth, constant: weights)
    problem.bias = [Float](repeating: 1, count: shape.columns)
    let kernel = try MatrixMultiplyKernel(problem, instructionSet: timer.instructionSet)
    let seconds = try timer.seconds(
      kernel, inputBytes: [shape.rows * shape.depth * 4], outputBytes: shape.rows * shape.columns * 4)
    try report(
      name, seconds, operations: 2.0 * Double(shape.rows * shape.columns * shape.depth),
      weightBytes: Double(weights.count * 4), timer)
  }
  for (name, images, tokens) in [
    ("attention BERT 12x128x64", 1, 128), ("attention ViT 12x197x64", 1, 197),
    ("attention BERT b8", 8, 128), ("attention GPT 12x1024x64", 1, 1024),
  ]
  where name.contains(timer.filter) || timer.filter.isEmpty {
    let (heads, width, pitch) = (12, 64, 768)
    func view(_ buffer: Int) -> MatrixOperand {
      MatrixOperand(buffer: buffer, batchStrides: [tokens * pitch, width], rowStride: pitch)
    }
    let attention = Attention(
      batch: [images, heads], queries: tokens, keys: tokens, width: width, valueWidth: width, query: view(0),
      key: view(1), value: view(2), scale: 0.125, result: view(0))
    let kernel = try AttentionKernel(attention, instructionSet: timer.instructionSet)
    let bytes = images * tokens * pitch * 4
    let seconds = try timer.seconds(kernel, inputBytes: [bytes, bytes, bytes], outputBytes: bytes)
    try report(
      name, seconds, operations: 4.0 * Double(images * heads * tokens * tokens * width),
      weightBytes: Double(4 * bytes), timer)
  }
}

private func report(
  _ name: String, _ seconds: Double, operations: Double, weightBytes: Double, _ timer: KernelTimer
) throws {
  // The peak of this moment: other guests of the machine change it from one second to the next.
  let peak = try MachinePeak.measure(instructionSets: [timer.instructionSet])
  let gigaflops = operations / seconds / 1e9
  let gigabytes = weightBytes / seconds / 1e9
  let computeShare = gigaflops / (peak.gigaflops(timer.instructionSet, threads: timer.threads) ?? .nan)
  let readShare = gigabytes / (peak.bandwidth(threads: timer.threads)?.read ?? .nan)
  print(
    column(name, width: 26), column(seconds * 1e3, decimals: 3, width: 8),
    column(gigaflops, decimals: 1, width: 8), column(100 * computeShare, decimals: 0, width: 9),
    column(gigabytes, decimals: 1, width: 13), column(100 * readShare, decimals: 0, width: 9))
}
