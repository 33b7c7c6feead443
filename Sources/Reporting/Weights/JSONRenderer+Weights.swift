package import Analysis
internal import Network

extension JSONRenderer {
  /// The keys of `assay-report/1`, null where only a graph can tell, and the tensors themselves.
  package func render(_ weights: WeightAnalysis) -> String {
    let file = weights.file
    let document: JSONValue = [
      "schema": .string(Self.schema),
      "network": [
        "name": .string(file.path.split(separator: "/").last.map(String.init) ?? ""),
        "format": .string(file.format), "file": .string(file.path), "fileBytes": .integer(file.fileBytes),
        "hasGraph": .boolean(false),
        "metadata": .array(
          file.metadata.map { ["key": .string($0.key), "value": .string($0.value)] }),
      ],
      "totals": totals(weights),
      "layers": .null,
      "modules": .array(weights.modules.map { share($0, key: "module") }),
      "tensors": .array(file.tensors.map(tensor)),
      "findings": .array(WeightSummary.remarks(weights).map { .string($0.prose.plain) }),
    ]
    return document.text
  }

  private func totals(_ weights: WeightAnalysis) -> JSONValue {
    [
      "parameters": [
        "learnable": .integer(weights.parameters.learnable), "buffers": .integer(weights.parameters.buffers),
        "constants": .integer(weights.parameters.constants),
      ],
      "modelSize": [
        "weightBytes": .integer(weights.bytes), "fileBytes": .integer(weights.file.fileBytes),
        "byType": .array(weights.types.map { share($0, key: "type") }),
      ],
      "macs": .null, "integerMacs": .null, "flops": .null, "elementwiseOperations": .null,
      "operations": .null,
      "bytesMoved": .null, "activations": .null, "receptiveField": .null,
      "completeness": ["status": .string("weights only"), "uncounted": .array([])],
    ]
  }

  private func share(_ share: WeightAnalysis.Share, key: String) -> JSONValue {
    .object([
      .init(key, .string(share.name)), .init("tensors", .integer(share.tensors)),
      .init("elements", .integer(share.elements)), .init("bytes", .integer(share.bytes)),
    ])
  }

  private func tensor(_ tensor: StoredTensor) -> JSONValue {
    [
      "name": .string(tensor.name), "type": .string(tensor.type.name),
      "shape": .array(tensor.dimensions.map { .integer($0) }), "elements": .integer(tensor.elements),
      "bytes": .integer(tensor.bytes),
      "block": ["elements": .integer(tensor.type.blockElements), "bytes": .integer(tensor.type.blockBytes)],
    ]
  }
}

extension CSVRenderer {
  /// One row per tensor.
  package func render(_ weights: WeightAnalysis) -> String {
    var text = "index,name,type,shape,elements,bytes\r\n"
    for (index, tensor) in weights.file.tensors.enumerated() {
      text +=
        "\(index + 1),\(Escaping.csv(tensor.name)),\(tensor.type.name),\(WeightTables.extents(tensor)),"
        + "\(tensor.elements),\(tensor.bytes)\r\n"
    }
    return text
  }
}
