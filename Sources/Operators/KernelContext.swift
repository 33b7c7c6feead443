package import Network

/// What passes between nodes while a network runs.
package indirect enum RuntimeValue: Sendable {
  case tensor(DenseTensor)
  case strings(StringTensor)
  case sequence([RuntimeValue])
  case optional(RuntimeValue?)
  case map(RuntimeMap)

  package var tensor: DenseTensor? {
    if case .tensor(let tensor) = self { tensor } else { nil }
  }
}

/// A tensor of strings.
package struct StringTensor: Sendable, Equatable {
  package var dimensions: [Int]
  package var elements: [String]
  package init(dimensions: [Int], elements: [String]) {
    self.dimensions = dimensions
    self.elements = elements
  }
}

/// Keys, each once, and what each stands for: two vectors of equal length, of strings or of numbers.
package struct RuntimeMap: Sendable {
  package let keys: RuntimeValue
  package let values: RuntimeValue

  package init(keys: RuntimeValue, values: RuntimeValue) throws(OperatorError) {
    let extents = try keys.extents
    guard extents.count == 1, try values.extents == extents else {
      throw .shape(input: 0, reason: "not one value for each key")
    }
    self.keys = keys
    self.values = values
  }
}

/// One execution of a node by its operator's own `run`: inputs in, outputs out.
///
/// A class because it lives as long as the node's step and is filled anew for each run.
package final class KernelContext {
  package var inputs: [RuntimeValue?]
  package var outputs: [RuntimeValue?]
  /// Bytes that one output may take.
  package var limit: Int
  /// Working memory that must live as long as this execution.
  private var kept: [DenseTensor] = []
  /// Runs a subgraph on the values of its inputs; captured values are found by the caller.
  package var runSubgraph: (Graph, [RuntimeValue]) throws(OperatorError) -> [RuntimeValue]

  package init(
    inputs: [RuntimeValue?], outputCount: Int, limit: Int = .max,
    runSubgraph: @escaping (Graph, [RuntimeValue]) throws(OperatorError) -> [RuntimeValue] = {
      (_, _) throws(OperatorError) in throw .unsupported("subgraphs here")
    }
  ) {
    self.inputs = inputs
    outputs = Array(repeating: nil, count: outputCount)
    self.limit = limit
    self.runSubgraph = runSubgraph
  }

  package func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  /// A required tensor input.
  package func input(_ index: Int) throws(OperatorError) -> DenseTensor {
    guard let tensor = try optionalInput(index) else { throw .missingInput(index) }
    return tensor
  }

  /// A tensor input that may be left out.
  package func optionalInput(_ index: Int) throws(OperatorError) -> DenseTensor? {
    guard index < inputs.count, let value = inputs[index] else { return nil }
    guard let tensor = value.tensor else { throw .shape(input: index, reason: "not a numeric tensor") }
    return tensor
  }

  /// Makes output `index`: the memory that the plan has set aside, if it fits, or new memory. Its content is undefined.
  package func output(
    _ index: Int, _ element: ElementType, _ dimensions: [Int]
  ) throws(OperatorError) -> DenseTensor {
    if index < outputs.count, case .tensor(let planned)? = outputs[index], planned.element == element,
      planned.dimensions == dimensions
    {
      return planned
    }
    let tensor = try DenseTensor(element, dimensions, limit: limit)
    if index < outputs.count { outputs[index] = .tensor(tensor) }
    return tensor
  }

  /// Keeps working memory until this context goes, so that pointers into it stay valid.
  package func keep(_ tensor: DenseTensor) { kept.append(tensor) }

  /// Passes a value on as output `index` without copying it.
  package func forward(_ value: RuntimeValue?, to index: Int) {
    if index < outputs.count { outputs[index] = value }
  }

  /// Whether the node names output `index`.
  package func wants(_ index: Int) -> Bool { index < outputs.count }
}
