/// One benchmark for each part of the executor, and one for whole networks.
let commands: [(name: String, usage: String, run: ([String]) throws -> Void)] = [
  ("network", "FILE [--batch N] [--threads T] [--repeats R] [--steps]", NetworkBenchmark.run),
  (
    "convolution", "[cold] [batch8] [direct|f2|f4] [portable|avx2|avx512] [inverted|part of a name]",
    ConvolutionBenchmark.run
  ),
  ("gemm", "[threads=N] [portable|avx2|avx512] [part of a shape, as 197x768]", runMatrixMultiplyBenchmark),
  ("vector", "[threads=N] [portable|avx2|avx512] [part of a name]", runVectorBenchmark),
]

let words = Array(CommandLine.arguments.dropFirst())
if let command = commands.first(where: { $0.name == words.first }) {
  try command.run(Array(words.dropFirst()))
} else {
  for command in commands { print("Benchmarks \(command.name) \(command.usage)") }
}
