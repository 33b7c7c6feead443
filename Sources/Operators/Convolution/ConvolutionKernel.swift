internal import Kernels

/// Convolution of dense planes: input `[batch, groups * channels, input...]`, weight `[groups * filters, channels, kernel...]`,
/// output `[batch, groups * filters, places...]`.
struct ConvolutionKernel {
  let geometry: WindowGeometry
  let batch: Int
  let groups: Int
  /// Of the input, per group.
  let channels: Int
  /// Of the output, per group.
  let filters: Int

  init(_ shape: ConvolutionShape, input: [Int], weight: [Int]) throws(OperatorError) {
    geometry = try shape.geometry(input: input, weight: weight)
    batch = input[0]
    groups = shape.groups
    channels = weight[1]
    filters = weight[0] / shape.groups
  }

  /// `bias`, where there is one, has one element per filter.
  func run<Value: Arithmetic>(
    _ input: UnsafeBufferPointer<Value>, _ weight: UnsafeBufferPointer<Value>,
    bias: UnsafeBufferPointer<Value>?,
    _ output: UnsafeMutableBufferPointer<Value>
  ) {
    // Of an empty output the other extents may be anything.
    if output.isEmpty { return }
    let runs = geometry.runs
    let (inputPlane, outputPlane) = (geometry.inputCount, geometry.outputCount)
    let kernelCount = geometry.kernelCount
    for image in 0..<batch {
      for filter in 0..<(groups * filters) {
        let target = (image * groups * filters + filter) * outputPlane
        let start = bias?[filter] ?? .zero
        for place in 0..<outputPlane { output[target + place] = start }
        for channel in 0..<channels {
          let plane = (image * groups + filter / filters) * channels + channel
          let taps = (filter * channels + channel) * kernelCount
          for run in runs {
            Self.accumulate(
              run, input, from: plane * inputPlane, factor: weight[taps + run.kernel], output, at: target)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func accumulate<Value: Arithmetic>(
    _ run: WindowGeometry.Run, _ input: UnsafeBufferPointer<Value>, from source: Int, factor: Value,
    _ output: UnsafeMutableBufferPointer<Value>, at target: Int
  ) {
    let first = source + run.input
    let place = target + run.output
    if run.step == 1 {
      for index in 0..<run.count {
        output[place + index] = .sum(output[place + index], .product(factor, input[first + index]))
      }
    } else {
      for index in 0..<run.count {
        output[place + index] = .sum(output[place + index], .product(factor, input[first + index * run.step]))
      }
    }
  }
}
