internal import Kernels
internal import Network
internal import Operators

/// Gives values of 8-bit numbers the layout of integer kernels, with borders as wide as their readers need, and puts
/// changes of layout where such kernels meet others.
enum ByteLayoutAssignment {
  static func run(_ graph: inout PlanGraph) {
    var state = State(graph)
    guard state.collect() else { return }
    graph = state.rewritten()
  }

  private struct Form: Hashable {
    var value: ValueID
    /// nil: row-major.
    var shape: ByteShape?
  }

  private struct State {
    private var graph: PlanGraph
    /// The shape in which its node makes each value; nil: row-major.
    private var made: [ValueID: ByteShape] = [:]
    private var halos: [Form: Int] = [:]
    /// What the border holds, where a reader needs one.
    private var borders: [Form: Int] = [:]
    private var ties: [(Form, Form)] = []
    private var changed: [Form: ValueID] = [:]

    init(_ graph: PlanGraph) { self.graph = graph }

    /// Notes what is made and what is wanted; false if no node wants anything.
    mutating func collect() -> Bool {
      var found = false
      for node in graph.nodes {
        guard let rule = node.operation.byteLayoutRule(node, graph) else { continue }
        found = true
        if rule.makesImage, let output = node.output { made[output] = rule.shape }
        for (input, halo) in rule.halos.enumerated() {
          guard let halo, let value = node.inputs[input] else { continue }
          let form = Form(value: value, shape: rule.shape)
          halos[form] = max(halos[form] ?? 0, halo)
          if halo > 0, borders[form] == nil { borders[form] = rule.zeros[input] }
          if rule.tied.contains(input), let output = node.output {
            ties.append((form, Form(value: output, shape: rule.shape)))
          }
        }
      }
      equalizeTies()
      return found
    }

    private mutating func equalizeTies() {
      var isStable = false
      while !isStable {
        isStable = true
        for (a, b) in ties where halos[a] ?? 0 != halos[b] ?? 0 {
          let halo = max(halos[a] ?? 0, halos[b] ?? 0)
          (halos[a], halos[b]) = (halo, halo)
          isStable = false
        }
      }
    }

    mutating func rewritten() -> PlanGraph {
      for (value, shape) in made { graph[value].layout = layout(Form(value: value, shape: shape)) }
      var nodes: [PlanNode] = []
      for node in graph.nodes {
        let rule = node.operation.byteLayoutRule(node, graph)
        var node = node
        for (input, value) in node.inputs.enumerated() {
          guard let value else { continue }
          guard let rule, input < rule.halos.count, let halo = rule.halos[input] else {
            node.inputs[input] = form(value, nil, &nodes)
            continue
          }
          node.inputs[input] = image(value, rule.shape, border: halo > 0 ? rule.zeros[input] : nil, &nodes)
        }
        nodes.append(node)
      }
      for (index, output) in graph.outputs.enumerated() { graph.outputs[index] = form(output, nil, &nodes) }
      graph.nodes = nodes
      return graph
    }

    private func layout(_ form: Form) -> ValueLayout {
      let layout = form.shape?.layout(
        graph[form.value].dimensions, halo: halos[form] ?? 0, border: borders[form] ?? 0)
      return layout.map { .bytes($0) } ?? .plain
    }

    /// The value as an image; a copy of its own where a border must hold another number than that for others.
    private mutating func image(
      _ value: ValueID, _ shape: ByteShape, border: Int?, _ nodes: inout [PlanNode]
    ) -> ValueID {
      let wanted = Form(value: value, shape: shape)
      guard let border, let agreed = borders[wanted], agreed != border else {
        return form(value, shape, &nodes)
      }
      let own = graph[value].dimensions.flatMap { shape.layout($0, halo: halos[wanted] ?? 0, border: border) }
      return change(form(value, nil, &nodes), to: own.map { .bytes($0) } ?? .plain, &nodes)
    }

    /// The value in a shape, or row-major.
    private mutating func form(_ value: ValueID, _ shape: ByteShape?, _ nodes: inout [PlanNode]) -> ValueID {
      guard made[value] != shape else { return value }
      let wanted = Form(value: value, shape: shape)
      if let known = changed[wanted] { return known }
      // Between two shapes the way leads over rows.
      let source = made[value] != nil && shape != nil ? form(value, nil, &nodes) : value
      let id = change(source, to: layout(wanted), &nodes)
      changed[wanted] = id
      return id
    }

    private mutating func change(
      _ source: ValueID, to layout: ValueLayout, _ nodes: inout [PlanNode]
    ) -> ValueID {
      var copy = graph[source]
      copy.constant = nil
      copy.layout = layout
      let isSame = hasSameBytes(source, copy)
      let id = graph.append(copy)
      nodes.append(
        PlanNode(
          name: copy.name, operation: isSame ? ViewOperation() : ByteLayoutChangeOperation(),
          inputs: [source], outputs: [id], sources: [], operators: []))
      return id
    }

    /// Unsigned numbers in single pixels without padding lie alike in both layouts.
    private func hasSameBytes(_ source: ValueID, _ copy: PlanValue) -> Bool {
      guard graph[source].constant == nil, copy.element == .uint8,
        let image = (copy.layout.bytes ?? graph[source].layout.bytes)
      else { return false }
      return image.height == 1 && image.width == 1 && image.halo == 0 && image.channels == image.pixelPitch
    }
  }
}
