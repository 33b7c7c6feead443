import Kernels

/// The planar kernels in the sizes of transformers and small image networks, as bytes moved a second beside a copy's.
func runVectorBenchmark(_ words: [String]) throws {
  let timer = KernelTimer(words)
  let isa = timer.instructionSet
  let hidden = 197 * 3072
  var cases: [(name: String, kernel: any PreparedKernel, inputs: [Int], output: Int)] = []
  for (name, function) in [
    ("relu", UnaryFunction.relu), ("exp", .exponential), ("log", .logarithm), ("sigmoid", .sigmoid),
    ("tanh", .hyperbolicTangent), ("erf", .errorFunction), ("gelu", .gelu), ("gelu tanh", .geluTanh),
    ("silu", .silu()), ("hard swish", .hardSwish), ("softplus", .softplus), ("power 0.3", .power(0.3)),
  ] {
    cases.append((name, UnaryKernel(function, count: hidden, instructionSet: isa), [hidden], hidden))
  }
  let image = [8, 64, 28, 28]
  let values = image.reduce(1, *)
  cases.append(
    ("add", BinaryKernel(.add, image, image, shape: image, instructionSet: isa), [values, values], values))
  cases.append(
    (
      "multiply by channel", BinaryKernel(.multiply, image, [64, 1, 1], shape: image, instructionSet: isa),
      [values, 64], values
    ))
  cases.append(
    (
      "add a row", BinaryKernel(.add, [197, 768], [768], shape: [197, 768], instructionSet: isa),
      [197 * 768, 768], 197 * 768
    ))
  cases.append(
    (
      "softmax 2364x197", SoftmaxKernel(shape: [2364, 197], axis: 1, instructionSet: isa), [2364 * 197],
      2364 * 197
    ))
  cases.append(
    ("softmax axis 1", SoftmaxKernel(shape: [8, 64, 784], axis: 1, instructionSet: isa), [values], values))
  cases.append(
    (
      "layer norm 197x768",
      try NormalizationKernel(
        .layer, rows: 197, width: 768, epsilon: 1e-6, scale: .init(repeating: 1, count: 768),
        shift: .init(repeating: 0, count: 768), instructionSet: isa), [197 * 768], 197 * 768
    ))
  cases.append(
    (
      "transpose NCHW->NHWC", TransposeKernel(shape: image, permutation: [0, 2, 3, 1], instructionSet: isa),
      [values],
      values
    ))
  cases.append(
    (
      "transpose heads",
      TransposeKernel(shape: [1, 197, 12, 64], permutation: [0, 2, 1, 3], instructionSet: isa),
      [197 * 768], 197 * 768
    ))
  cases.append(
    (
      "mean over H, W", ReductionKernel(.mean, shape: image, axes: [2, 3], instructionSet: isa), [values], 512
    ))
  cases.append(
    ("sum over C", ReductionKernel(.sum, shape: image, axes: [1], instructionSet: isa), [values], 8 * 784))

  let peak = try MachinePeak.measure()
  let copy = peak.bandwidth(threads: timer.threads)?.copy ?? .nan
  print(
    "threads \(timer.threads), \(isa.rawValue); a copy beyond the caches moves \(column(copy, decimals: 1, width: 0)) GB/s"
  )
  print(column("kernel", width: 24), "      us  values/ns     GB/s  % of copy")
  for (name, kernel, inputs, output) in cases where name.contains(timer.filter) || timer.filter.isEmpty {
    let seconds = try timer.seconds(kernel, inputBytes: inputs.map { $0 * 4 }, outputBytes: output * 4)
    let gigabytes = Double(inputs.reduce(output, +) * 4) / seconds / 1e9
    print(
      column(name, width: 24), column(seconds * 1e6, decimals: 1, width: 8),
      column(Double(inputs[0]) / seconds / 1e9, decimals: 2, width: 10),
      column(gigabytes, decimals: 1, width: 8),
      column(100 * gigabytes / copy, decimals: 0, width: 10))
  }
}
