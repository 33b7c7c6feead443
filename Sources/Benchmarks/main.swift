import Kernels

/// `Benchmarks convolution [cold] [filter] [isa]`
let words = CommandLine.arguments.dropFirst()
if words.first == "convolution" {
  let rest = words.dropFirst()
  let isa = InstructionSet.allCases.first { rest.contains($0.rawValue) } ?? .native
  let filter = rest.first { $0 != "cold" && $0 != isa.rawValue } ?? ""
  ConvolutionBenchmark(instructionSet: isa, isCold: rest.contains("cold")).run(matching: filter)
} else {
  print("Benchmarks convolution [cold] [part of a name] [portable|avx2|avx512]")
}
