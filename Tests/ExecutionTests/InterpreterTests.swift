import Analysis
import Execution
import Network
import Operators
import Testing

@Suite struct InterpreterTests {
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

  /// Each value has room by itself: 64 bytes of `a`, then 64 of `b`, then as many places of ones as `x` has, 8 bytes each, while
  /// `b` is still needed. What is refused is told with what is held beside it.
  @Test func valuesTogetherMayNotExceedTheLimit() throws {
    let graph = try inferred(
      """
      <ir_version: 8, opset_import: ["": 17]>
      sums (float[16] x) => (int64[1, n] y, float[16] z)
      {
        a = Add (x, x)
        b = Add (a, x)
        y = NonZero (b)
        z = Add (b, x)
      }
      """)
    let inputs = ["x": RuntimeValue.tensor(.float32(Array(repeating: 1, count: 16)))]
    // `b` and 16 places, and `z` when `b` is still there.
    let needed = 64 + 128 + 64
    #expect(try Interpreter(graph, limit: needed).run(inputs)["y"]?.tensor?.dimensions == [1, 16])
    #expect(throws: ExecutionError.memoryLimit(bytes: needed, limit: needed - 1)) {
      try Interpreter(graph, limit: needed - 1).run(inputs)
    }
    #expect(throws: ExecutionError.memoryLimit(bytes: 128, limit: 127)) {
      try Interpreter(graph, limit: 127).run(inputs)
    }
  }

  /// A loop of 1,000 rounds holds what one round makes; its results count when they are there.
  @Test func roundsOfALoopAreHeldOneAtATime() throws {
    let graph = try inferred(
      """
      <ir_version: 8, opset_import: ["": 17]>
      rounds (int64 m, float[4] x) => (float[4] y)
      {
        y = Loop <body = round (int64 i, bool c, float[4] v) => (bool d, float[4] w) {
          d = Identity (c)
          w = Add (v, x)
        }> (m, , x)
      }
      """)
    let rounds = try DenseTensor(.int64, [])
    rounds.mutableElements(as: Int64.self)[0] = 1000
    let inputs: [String: RuntimeValue] = ["m": .tensor(rounds), "x": .tensor(.float32([0, 1, 2, 3]))]
    #expect(floats(try Interpreter(graph, limit: 64).run(inputs)["y"]) == [0, 1001, 2002, 3003])
    #expect(throws: ExecutionError.self) { try Interpreter(graph, limit: 8).run(inputs) }
  }
}
