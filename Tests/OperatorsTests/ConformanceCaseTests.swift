import Testing

/// The ONNX project's own cases for the operators with arithmetic of their own.
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
}
