import Testing

/// The ONNX project's own cases for the operators with arithmetic of their own.
@Suite struct ConformanceCaseTests {
  @Test(arguments: try OperatorCase.load("activation")) func activation(_ item: OperatorCase) throws {
    try item.check()
  }
}
