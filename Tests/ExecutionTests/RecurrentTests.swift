import Execution
import Kernels
import Testing

/// Recurrent layers on prepared kernels against the operators' own loops, which ONNX's node cases check.
@Suite struct RecurrentTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var attributes = ""
    var sequence = 5
    var batch = 3
    var input = 7
    var hidden = 10
    var directions = 1
    var hasBias = true
    /// Lengths of the sequences, if they are given.
    var lengths: [Int]?
    var hasStates = false
    var hasPeepholes = false
    /// Which of the outputs are wanted.
    var outputs = [0, 1, 2]
    var isBatchFirst = false

    var testDescription: String { text }

    private func type(_ extents: [Int]) -> String {
      "float[\(extents.map(String.init).joined(separator: ", "))]"
    }

    var text: String {
      let gates = ["RNN": 1, "GRU": 3, "LSTM": 4][name] ?? 0
      let hasCell = name == "LSTM"
      let x = isBatchFirst ? [batch, sequence, input] : [sequence, batch, input]
      let state = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
      let all =
        isBatchFirst ? [batch, sequence, directions, hidden] : [sequence, directions, batch, hidden]
      var inputs = ["\(type(x)) x"]
      if hasStates { inputs += ["\(type(state)) h"] + (hasCell ? ["\(type(state)) c"] : []) }
      var constants = [
        "\(type([directions, gates * hidden, input])) w = {}",
        "\(type([directions, gates * hidden, hidden])) r = {}",
      ]
      if hasBias { constants.append("\(type([directions, 2 * gates * hidden])) b = {}") }
      if let lengths {
        constants.append("int32[\(batch)] n = {\(lengths.map(String.init).joined(separator: ", "))}")
      }
      if hasPeepholes { constants.append("\(type([directions, 3 * hidden])) p = {}") }
      let arguments = [
        "x", "w", "r", hasBias ? "b" : "", lengths == nil ? "" : "n", hasStates ? "h" : "",
        hasStates && hasCell ? "c" : "", hasPeepholes ? "p" : "",
      ].prefix(hasCell ? 8 : 6)
      let given = [("y", all), ("l", state), ("k", state)].prefix(hasCell ? 3 : 2)
      let results = given.indices.map { outputs.contains($0) ? given[$0].0 : "" }
      let types = given.indices.filter { outputs.contains($0) }.map { "\(type(given[$0].1)) \(given[$0].0)" }
      let listed =
        ["hidden_size = \(hidden)"] + (isBatchFirst ? ["layout = 1"] : [])
        + (directions == 2 ? ["direction = \"bidirectional\""] : [])
        + (attributes.isEmpty ? [] : [attributes])
      return """
        <ir_version: 8, opset_import: ["": 17]>
        layer (\(inputs.joined(separator: ", "))) => (\(types.joined(separator: ", ")))
        <\(constants.joined(separator: ", "))>
        {
          \(results.joined(separator: ", ")) = \(name) <\(listed.joined(separator: ", "))> (\(arguments.joined(separator: ", ")))
        }
        """
    }
  }

  private static let cases: [Case] =
    ["RNN", "GRU", "LSTM"].flatMap { name in
      [
        Case(name: name, sequence: 1, batch: 1, input: 1, hidden: 1, hasBias: false),
        Case(name: name, attributes: "direction = \"reverse\", clip = 0.4", hasStates: true),
        Case(name: name, sequence: 4, batch: 2, input: 33, hidden: 32, directions: 2, hasStates: true),
        Case(name: name, sequence: 6, hidden: 33, lengths: [6, 1, 4]),
        Case(
          name: name, attributes: "direction = \"reverse\"", sequence: 6, hidden: 65, lengths: [2, 6, 0],
          hasStates: true),
        Case(name: name, directions: 2, lengths: [3, 5, 2], outputs: [0]),
        Case(name: name, directions: 2, hasStates: true, isBatchFirst: true),
        Case(name: name, batch: 2, lengths: [4, 5], outputs: [1], isBatchFirst: true),
        // More steps than are multiplied at once, and enough work for threads to share a step.
        Case(name: name, sequence: 300, batch: 2, input: 5, hidden: 9, directions: 2),
        Case(name: name, sequence: 40, batch: 9, input: 20, hidden: 230, directions: 2, hasStates: true),
      ]
    } + [
      Case(name: "LSTM", hidden: 40, directions: 2, hasStates: true, hasPeepholes: true),
      Case(name: "LSTM", attributes: "input_forget = 1, clip = 0.5", hasPeepholes: true),
      Case(name: "LSTM", attributes: "input_forget = 1", hidden: 40, outputs: [2]),
      Case(name: "LSTM", attributes: "activations = [\"HardSigmoid\", \"Softsign\", \"Relu\"]"),
      Case(name: "GRU", attributes: "linear_before_reset = 1", hasStates: true),
      Case(
        name: "GRU", attributes: "linear_before_reset = 1", hidden: 40, directions: 2, lengths: [5, 0, 2]),
      Case(name: "GRU", attributes: "linear_before_reset = 1", sequence: 20, batch: 4, hidden: 200),
      Case(
        name: "GRU",
        attributes: "activations = [\"Affine\", \"LeakyRelu\"], activation_alpha = [0.3, 0.2], "
          + "activation_beta = [0.5]"),
      Case(
        name: "RNN", attributes: "activations = [\"Relu\", \"Elu\"], activation_alpha = [0.7]", directions: 2),
      Case(name: "RNN", attributes: "activations = [\"Softplus\"]"),
    ]

  @Test(arguments: cases)
  func equalsTheOperator(example: Case) throws {
    for threads in [1, 3] {
      let (error, plan) = try PlanTests().compare(example.text, threads: threads)
      #expect(error < 2e-6)
      #expect(plan.steps.map { $0.choice != nil } == [true])
    }
  }

  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
  func everyInstructionSetComputesTheSame(instructionSet: InstructionSet) throws {
    for name in ["RNN", "GRU", "LSTM"] {
      let example = Case(name: name, sequence: 7, batch: 5, input: 19, hidden: 37, directions: 2)
      let options = PlanOptions(instructionSet: instructionSet, isExact: true)
      #expect(try PlanTests().compare(example.text, threads: 2, options: options).error < 2e-6)
    }
  }

  /// What no vector function computes is left to the operator.
  @Test func otherActivationsAreTheOperators() throws {
    let example = Case(name: "RNN", attributes: "activations = [\"ScaledTanh\"]")
    let (error, plan) = try PlanTests().compare(example.text)
    #expect(error == 0)
    #expect(plan.steps.first?.choice == nil)
  }
}
