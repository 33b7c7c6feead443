import Analysis
import Execution
import Formats
import Network
import Operators
import TestSupport
import Testing

@Suite struct InterpreterTests {
  private func inferred(_ text: String) throws -> InferredGraph {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(text.utf8), to: "network.onnxtxt")
    return try withExtendedLifetime(folder) { try ShapeInference.infer(NetworkReader.read(path: path)) }
  }

  private func floats(_ value: RuntimeValue?) -> [Float]? {
    value?.tensor.map { Array($0.elements(as: Float.self)) }
  }

  /// y = x or 2 x, by a condition that only the run knows; the branches read a value of the graph around them.
  @Test(arguments: [true, false]) func branchesSeeValuesAroundThem(condition: Bool) throws {
    let graph = try inferred(
      """
      <ir_version: 8, opset_import: ["": 17]>
      branches (bool condition, float[3] x) => (float[3] y)
      {
        y = If <
          then_branch = twice () => (float[3] sum) { sum = Add (x, x) },
          else_branch = pass () => (float[3] same) { same = Identity (x) }
        > (condition)
      }
      """)
    #expect(throws: ExecutionError.notStatic(value: "y")) { try Plan(graph) }
    let flag = try DenseTensor(.bool, [])
    flag.mutableElements(as: UInt8.self)[0] = condition ? 1 : 0
    let outputs = try Interpreter(graph).run([
      "condition": .tensor(flag), "x": .tensor(.float32([1, -2, 3])),
    ])
    #expect(floats(outputs["y"]) == (condition ? [2, -4, 6] : [1, -2, 3]))
  }

  /// The number of results follows from the data, which no plan can hold.
  @Test func shapesMayDependOnData() throws {
    let graph = try inferred(
      """
      <ir_version: 8, opset_import: ["": 17]>
      places (float[4] x) => (int64[1, n] y)
      { y = NonZero (x) }
      """)
    #expect(throws: ExecutionError.notStatic(value: "y")) { try Plan(graph) }
    let outputs = try Interpreter(graph).run(["x": .tensor(.float32([0, 5, 0, -1]))])
    #expect(outputs["y"]?.tensor?.integers == [1, 3])
    #expect(outputs["y"]?.tensor?.dimensions == [1, 2])
  }

  @Test func inputsAreAskedForByName() throws {
    let graph = try inferred(
      """
      <ir_version: 8, opset_import: ["": 17]>
      plain (float[1] x) => (float[1] y)
      { y = Relu (x) }
      """)
    #expect(throws: ExecutionError.inputNotSet("x")) { try Interpreter(graph).run([:]) }
    let inputs: [String: RuntimeValue] = ["x": .tensor(.float32([1])), "z": .tensor(.float32([1]))]
    #expect(throws: ExecutionError.noInput("z")) { try Interpreter(graph).run(inputs) }
  }
}
