import Analysis
import Execution
import Formats
import Kernels
import Network
import Operators

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a whole network and says how long it and its steps take.
///
///     Benchmarks network FILE [--batch N] [--dim S=128] [--threads T] [--repeats R] [--steps] [--plain] [--exact]
///                             [--isa avx2] [--interpreter] [--input raw file]... [--output raw file]...
enum NetworkBenchmark {
  static func run(_ arguments: [String]) throws {
    var options = Options(arguments)
    let network = try NetworkReader.read(path: options.path)
    let inferred = try ShapeInference.infer(
      network, AnalysisOptions(dimensions: options.dimensions, batch: options.batch))
    if options.interpreter { return try interpret(inferred, options) }
    let clock = ContinuousClock()
    let started = clock.now
    let plan = try Plan(
      inferred,
      options: PlanOptions(
        instructionSet: options.instructionSet, threads: options.threads, isOptimized: !options.isPlain,
        isExact: options.isExact))
    let executor = try Executor(plan)
    let planned = clock.now
    for (index, port) in plan.inputs.enumerated() {
      try executor.setInput(
        port.name, to: input(port.element, port.dimensions, options.inputs.dropFirst(index).first))
    }
    try executor.run()
    for (port, path) in zip(plan.outputs, options.outputs) { try write(executor.output(port.name), to: path) }
    var best = Duration.seconds(1 << 30)
    for _ in 0..<options.repeats {
      let begin = clock.now
      try executor.run()
      best = min(best, clock.now - begin)
    }
    if options.repeats == 0 { best = .zero }
    print(
      "best \(milliseconds(best)) ms, plan \(milliseconds(planned - started)) ms, steps \(plan.steps.count), "
        + "arena \(plan.arenaBytes >> 10) KiB of \(plan.arenaLowerBoundBytes >> 10), "
        + "packed \(plan.packedWeightBytes >> 10) KiB, constants \(plan.constantBytes >> 10) KiB")
    if options.showsSteps { try printSteps(plan, executor, options.repeats) }
    options.repeats = 0
  }

  private static func interpret(_ inferred: InferredGraph, _ options: Options) throws {
    var inputs: [String: RuntimeValue] = [:]
    for (index, id) in inferred.graph.inputs.enumerated() {
      guard let type = inferred.tensor(id), let extents = type.shape?.known else { continue }
      inputs[inferred.graph[id].name] = .tensor(
        try input(type.element, extents, options.inputs.dropFirst(index).first))
    }
    let outputs = try Interpreter(inferred).run(inputs)
    for (id, path) in zip(inferred.graph.outputs, options.outputs) {
      if let tensor = outputs[inferred.graph[id].name]?.tensor { try write(tensor, to: path) }
    }
  }

  private static func printSteps(_ plan: Plan, _ executor: Executor, _ repeats: Int) throws {
    let clock = ContinuousClock()
    var best = Array(repeating: Duration.seconds(1 << 30), count: plan.steps.count)
    for _ in 0..<max(repeats, 1) {
      try executor.run { step, work in
        let begin = clock.now
        work()
        best[step.index] = min(best[step.index], clock.now - begin)
      }
    }
    for (index, step) in plan.steps.enumerated() {
      let shape = step.outputs.first.flatMap { $0 }?.dimensions.map(String.init).joined(separator: "x") ?? ""
      let choice = step.choice.map { "\($0.kernel) [\($0.tile)]" } ?? "general"
      print(
        "\(milliseconds(best[index])) ms  \(step.operators.joined(separator: "+")) \(shape)  \(choice)  \(step.name)"
      )
    }
    print("sum \(milliseconds(best.reduce(.zero, +))) ms")
  }

  /// The content of a file of raw numbers, or made-up numbers.
  private static func input(_ element: ElementType, _ extents: [Int], _ path: String?) throws -> DenseTensor {
    let tensor = try DenseTensor(element, extents)
    if let path {
      let file = try MappedFile(path: path)
      guard let start = file.bytes.baseAddress, file.count == tensor.byteCount else {
        throw ExecutionError.inputNotSet(path)
      }
      tensor.buffer.base.copyMemory(from: start, byteCount: tensor.byteCount)
    } else if element == .float32 {
      for (index, _) in tensor.elements(as: Float.self).enumerated() {
        tensor.mutableElements(as: Float.self)[index] = Float(index &* 7919 % 2003) / 1001 - 1
      }
    }
    return tensor
  }

  private static func write(_ tensor: DenseTensor, to path: String) throws {
    guard let file = fopen(path, "wb") else { return }
    fwrite(tensor.buffer.base, 1, tensor.byteCount, file)
    fclose(file)
  }

  private static func milliseconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    let microseconds = Double(seconds) * 1e6 + (Double(attoseconds) / 1e12).rounded()
    return microseconds / 1e3
  }

  private struct Options {
    var path = ""
    var batch: Int?
    var dimensions: [String: Int] = [:]
    var threads = 1
    var repeats = 10
    var showsSteps = false
    var isPlain = false
    var isExact = false
    var interpreter = false
    var instructionSet = InstructionSet.native
    var inputs: [String] = []
    var outputs: [String] = []

    init(_ arguments: [String]) {
      var rest = arguments[...]
      func number(_ rest: inout ArraySlice<String>) -> Int { Int(rest.popFirst() ?? "") ?? 1 }
      while let argument = rest.popFirst() {
        switch argument {
        case "--batch": batch = number(&rest)
        case "--threads": threads = number(&rest)
        case "--repeats": repeats = number(&rest)
        case "--steps": showsSteps = true
        case "--plain": isPlain = true
        case "--exact": isExact = true
        case "--interpreter": interpreter = true
        case "--input": inputs.append(rest.popFirst() ?? "")
        case "--output": outputs.append(rest.popFirst() ?? "")
        case "--isa": instructionSet = InstructionSet(rawValue: rest.popFirst() ?? "") ?? .native
        case "--dim":
          let parts = (rest.popFirst() ?? "").split(separator: "=")
          if parts.count == 2 { dimensions[String(parts[0])] = Int(parts[1]) }
        default: path = argument
        }
      }
    }
  }
}
