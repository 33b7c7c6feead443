import Kernels

extension ConvolutionBenchmark {
  static func run(_ words: [String]) throws {
    var benchmark = ConvolutionBenchmark(instructionSet: .native, isCold: false)
    var filter = ""
    for word in words {
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
    if filter == "inverted" { benchmark.runInvertedResiduals() } else { try benchmark.run(matching: filter) }
  }
}
