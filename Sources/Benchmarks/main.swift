import Kernels

let words = CommandLine.arguments.dropFirst()
if words.first == "convolution" {
  var benchmark = ConvolutionBenchmark(instructionSet: .native, isCold: false)
  var filter = ""
  for word in words.dropFirst() {
    switch word {
    case "cold": benchmark.isCold = true
    case "batch8": benchmark.batch = 8
    case "direct": benchmark.arithmetic = .direct
    case "f2": benchmark.arithmetic = .winograd(.two)
    case "f4": benchmark.arithmetic = .winograd(.four)
    default:
      if let instructionSet = InstructionSet(rawValue: word) {
        benchmark.instructionSet = instructionSet
      } else {
        filter = word
      }
    }
  }
  if filter == "inverted" { benchmark.runInvertedResiduals() } else { benchmark.run(matching: filter) }
} else {
  print(
    "Benchmarks convolution [cold] [batch8] [direct|f2|f4] [portable|avx2|avx512] [inverted|part of a name]")
}
