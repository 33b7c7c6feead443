import Network

/// A function of the file whose body still has names for values.
struct FunctionDraft {
  /// The body is empty yet.
  var function: Function
  var body: GraphDraft
}

/// Makes the graph and the functions of a whole file of their drafts, and checks that functions can be expanded.
enum NetworkAssembler {
  static func assemble(
    _ draft: consuming GraphDraft, functions drafts: [FunctionDraft], names: NameTable, limits: Limits
  ) throws(FormatError) -> (graph: Graph, functions: [Function]) {
    var assembler = GraphAssembler(names: names)
    let graph: Graph
    do {
      graph = try assembler.assemble(draft)
    } catch {
      throw error.inside("graph")
    }
    var functions: [Function] = []
    for (index, draft) in drafts.enumerated() {
      var function = draft.function
      do {
        function.body = try assembler.assemble(draft.body)
      } catch {
        throw error.inside("functions", index)
      }
      functions.append(function)
    }
    try FunctionExpansion.check(graph, functions, limit: limits.expandedNodes)
    return (graph, functions)
  }
}
