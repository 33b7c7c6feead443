import Kernels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A convolution written out in double precision from its definition.
func referenceConvolution(
  _ p: ConvolutionParameters, input: [Float], weights: [Float], bias: [Float]?, residual: [Float]?,
  activation: FusedActivation
) -> [Double] {
  let inGroup = p.inputChannels / p.groups
  let outGroup = p.outputChannels / p.groups
  var result = [Double](repeating: 0, count: p.batch * p.outputChannels * p.output.height * p.output.width)
  var position = 0
  for n in 0..<p.batch {
    for o in 0..<p.outputChannels {
      for y in 0..<p.output.height {
        for x in 0..<p.output.width {
          var sum = Double(bias?[o] ?? 0)
          for i in 0..<inGroup {
            let plane = (n * p.inputChannels + o / outGroup * inGroup + i) * p.input.height
            for ky in 0..<p.kernel.height {
              let row = y * p.stride.height - p.padding.top + ky * p.dilation.height
              guard (0..<p.input.height).contains(row) else { continue }
              for kx in 0..<p.kernel.width {
                let column = x * p.stride.width - p.padding.left + kx * p.dilation.width
                guard (0..<p.input.width).contains(column) else { continue }
                sum +=
                  Double(input[(plane + row) * p.input.width + column])
                  * Double(weights[((o * inGroup + i) * p.kernel.height + ky) * p.kernel.width + kx])
              }
            }
          }
          result[position] = reference(activation, sum + Double(residual?[position] ?? 0))
          position += 1
        }
      }
    }
  }
  return result
}

func reference(_ activation: FusedActivation, _ x: Double) -> Double {
  switch activation {
  case .none: x
  case .clamp(let low, let high): min(max(x, Double(low)), Double(high))
  case .sigmoid: 1 / (1 + exp(-x))
  case .silu: x / (1 + exp(-x))
  case .hardSigmoid(let alpha, let beta): max(0, min(1, Double(alpha) * x + Double(beta)))
  case .hardSwish: x * max(0, min(1, x / 6 + 0.5))
  case .leakyRelu(let alpha): x < 0 ? Double(alpha) * x : x
  case .gelu: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
  case .tanh: hyperbolicTangent(x)
  }
}

private func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
