/// Messages of ONNX as a test needs them; field numbers are those of `onnx.proto`.
extension ProtobufEncoder {
  /// A model of version 8 that imports operator set 17, with `graph` in it.
  package static func model(
    functions: [ProtobufEncoder] = [], _ graph: (inout ProtobufEncoder) -> Void
  ) -> ProtobufEncoder {
    ProtobufEncoder { model in
      model.integer(1, 8)
      model.operatorSet("", 17)
      model.message(7, graph)
      for function in functions { model.message(25, function) }
    }
  }

  package mutating func operatorSet(_ domain: String, _ version: Int, field: Int = 8) {
    message(field) {
      $0.string(1, domain)
      $0.integer(2, version)
    }
  }

  /// A node of a graph; of a function's body with `field` 7.
  package mutating func node(
    _ type: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
    field: Int = 1,
    _ more: (inout ProtobufEncoder) -> Void = { _ in }
  ) {
    message(field) { node in
      for input in inputs { node.string(1, input) }
      for output in outputs { node.string(2, output) }
      if !name.isEmpty { node.string(3, name) }
      node.string(4, type)
      if !domain.isEmpty { node.string(7, domain) }
      more(&node)
    }
  }

  /// An input (11), output (12) or other value (13) that is a tensor of floats.
  package mutating func value(_ field: Int, _ name: String, _ dimensions: [Int]? = nil) {
    message(field) { value in
      value.string(1, name)
      value.message(2) { type in
        type.message(1) { tensor in
          tensor.integer(1, 1)
          if let dimensions {
            tensor.message(2) { shape in
              for extent in dimensions { shape.message(1) { $0.integer(1, extent) } }
            }
          }
        }
      }
    }
  }

  package mutating func input(_ name: String, _ dimensions: [Int]? = nil) { value(11, name, dimensions) }
  package mutating func output(_ name: String, _ dimensions: [Int]? = nil) { value(12, name, dimensions) }

  /// The head of a tensor: its name, dimensions and type.
  package mutating func tensorHead(_ name: String, _ type: Int, _ dimensions: [Int]) {
    for extent in dimensions { integer(1, extent) }
    integer(2, type)
    if !name.isEmpty { string(8, name) }
  }

  package mutating func initializer(
    _ name: String, _ type: Int, _ dimensions: [Int], _ data: (inout ProtobufEncoder) -> Void
  ) {
    message(5) { tensor in
      tensor.tensorHead(name, type, dimensions)
      data(&tensor)
    }
  }

  /// An attribute with its type; `fill` writes the value.
  package mutating func attribute(_ name: String, type: Int?, _ fill: (inout ProtobufEncoder) -> Void) {
    message(5) { attribute in
      attribute.string(1, name)
      if let type { attribute.integer(20, type) }
      fill(&attribute)
    }
  }

  /// A tensor's reference to an external file.
  package mutating func external(_ entries: [(String, String)]) {
    integer(14, 1)
    for (key, value) in entries {
      message(13) {
        $0.string(1, key)
        $0.string(2, value)
      }
    }
  }
}
