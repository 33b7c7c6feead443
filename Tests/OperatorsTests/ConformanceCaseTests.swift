import Testing

/// The ONNX project's own cases, operator by operator.
@Suite struct ConformanceCaseTests {
  @Test(arguments: try OperatorCase.load("convolution")) func convolution(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("matrix")) func matrix(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("pooling")) func pooling(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("normalization")) func normalization(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("activation")) func activation(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("attention")) func attention(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("recurrent")) func recurrent(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("shape")) func shape(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("movement")) func movement(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("elementwise")) func elementwise(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("reduction")) func reduction(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("resampling")) func resampling(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("quantization")) func quantization(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("selection")) func selection(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("signal")) func signal(_ item: OperatorCase) throws {
    // What cancels in a sum of numbers up to 100 leaves the rounding of 32 bits behind.
    try item.check(absolute: 1e-5)
  }

  @Test(arguments: try OperatorCase.load("loss")) func loss(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("learned")) func learned(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("training")) func training(_ item: OperatorCase) throws {
    try item.check()
  }

  @Test(arguments: try OperatorCase.load("text")) func text(_ item: OperatorCase) throws {
    try item.check()
  }

  /// Cases that the standard's own leave out, with what ONNX Runtime makes of them.
  @Test(arguments: try OperatorCase.load("runtime")) func runtime(_ item: OperatorCase) throws {
    try item.check(relative: 1e-4, absolute: 1e-5)
  }
}
