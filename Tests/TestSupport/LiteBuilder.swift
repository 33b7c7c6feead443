/// Files of TensorFlow Lite as a test needs them; field numbers and codes are those of `schema.fbs`.
package struct LiteBuilder: Sendable {
  package struct Subgraph: Sendable {
    package var tensors: [FlatObject] = []
    package var operators: [FlatObject] = []
    package var inputs: [Int32] = []
    package var outputs: [Int32] = []
    package init() {}
  }

  package var subgraphs: [Subgraph] = [Subgraph()]
  package var codes: [FlatObject] = []
  package var buffers: [FlatObject] = [.table([:])]
  package var version: Int32 = 3
  package init() {}

  /// The index of a new tensor of the last subgraph. Types: 0 float32, 2 int32, 9 int8, 10 float64 ...
  @discardableResult
  package mutating func tensor(
    _ name: String, _ shape: [Int32], type: UInt8 = 0, data: [UInt8]? = nil, scales: [Float] = [],
    zeroPoints: [Int64] = [], axis: Int32 = 0, signature: [Int32]? = nil, more: [Int: FlatField] = [:]
  ) -> Int32 {
    var fields: [Int: FlatField] = [0: .object(.integers(shape)), 1: .byte(type), 3: .object(.text(name))]
    if let data {
      fields[2] = .integer(Int32(buffers.count))
      buffers.append(.table([0: .object(.bytes(data))]))
    }
    if !scales.isEmpty {
      fields[4] = .object(
        .table([2: .object(.floats(scales)), 3: .object(.longs(zeroPoints)), 6: .integer(axis)]))
    }
    if let signature { fields[7] = .object(.integers(signature)) }
    fields.merge(more) { $1 }
    subgraphs[subgraphs.count - 1].tensors.append(.table(fields))
    return Int32(subgraphs[subgraphs.count - 1].tensors.count - 1)
  }

  package mutating func floats(_ name: String, _ shape: [Int32], _ values: [Float]) -> Int32 {
    tensor(
      name, shape,
      data: values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } })
  }

  package mutating func integers(_ name: String, _ values: [Int32]) -> Int32 {
    tensor(
      name, [Int32(values.count)], type: 2,
      data: values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } })
  }

  /// An operator of the last subgraph, with its options by field.
  package mutating func node(
    _ code: Int32, _ inputs: [Int32], _ outputs: [Int32], options: [Int: FlatField]? = nil,
    later: [Int: FlatField]? = nil, custom: String? = nil
  ) {
    var entry: [Int: FlatField] = [0: .byte(UInt8(min(code, 127))), 3: .integer(code)]
    if let custom { entry[1] = .object(.text(custom)) }
    codes.append(.table(entry))
    var fields: [Int: FlatField] = [
      0: .integer(Int32(codes.count - 1)), 1: .object(.integers(inputs)), 2: .object(.integers(outputs)),
    ]
    if let options {
      fields[3] = .byte(1)
      fields[4] = .object(.table(options))
    }
    if let later {
      fields[11] = .byte(21)
      fields[12] = .object(.table(later))
    }
    subgraphs[subgraphs.count - 1].operators.append(.table(fields))
  }

  package mutating func ports(_ inputs: [Int32], _ outputs: [Int32]) {
    subgraphs[subgraphs.count - 1].inputs = inputs
    subgraphs[subgraphs.count - 1].outputs = outputs
  }

  package var bytes: [UInt8] {
    let graphs = subgraphs.map { subgraph -> FlatObject in
      .table([
        0: .object(.objects(subgraph.tensors)), 1: .object(.integers(subgraph.inputs)),
        2: .object(.integers(subgraph.outputs)), 3: .object(.objects(subgraph.operators)),
      ])
    }
    return FlatBufferEncoder(
      .table([
        0: .integer(version), 1: .object(.objects(codes)), 2: .object(.objects(graphs)),
        4: .object(.objects(buffers)),
      ]), identifier: "TFL3"
    ).bytes
  }
}
